local check = require("check")

return { main = function()
  local function result(how) return check.exit_of(check.spawn_monitored("child", how)) end
  check.same(result("nothing"), {})
  check.same(result("nil"), {})
  check.equal(result("value").value, 42)
  check.equal(result("false").value, false)
  check.same(result("table").value, { a = { 1, 2 } })
  check.equal(result("value and number").value, 1)
  check.equal(result("value and table").value, 1)
  check.equal(result("value and true").value, 1)
  check.equal(result("value, nil, text").value, 1)
end }

-- @process child
local ends = {
  ["nothing"] = function() end,
  ["nil"] = function() return nil end,
  ["value"] = function() return 42 end,
  ["false"] = function() return false end,
  ["table"] = function() return { a = { 1, 2 } } end,
  ["value and number"] = function() return 1, 42 end,
  ["value and table"] = function() return 1, {} end,
  ["value and true"] = function() return 1, true end,
  ["value, nil, text"] = function() return 1, nil, "no error" end,
}
return { main = function(how) return ends[how]() end }
