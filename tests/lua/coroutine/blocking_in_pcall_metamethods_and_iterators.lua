local check = require("check")

return { main = function()
  local time = require("time")
  local ok, value = pcall(function() time.sleep("1ms") return "slept" end)
  check.equal(ok, true)
  check.equal(value, "slept")
  ok, value = pcall(function() time.sleep("1ms") error("after", 0) end)
  check.equal(value, "after")
  check.equal(select(2, xpcall(function() time.sleep("1ms") return "x" end, tostring)), "x")
  check.equal(select(2, xpcall(function() time.sleep("1ms") error("e", 0) end, function(e) time.sleep("1ms") return e .. "!" end)), "e!")

  local lazy = setmetatable({}, { __index = function(_, k) time.sleep("1ms") return k .. "!" end })
  check.equal(lazy.key, "key!")
  local sum = setmetatable({}, { __add = function(a, b) time.sleep("1ms") return 5 end, __call = function(_, n) time.sleep("1ms") return n end })
  check.equal(sum + 1, 5)
  check.equal(sum(7), 7)
  local count = 0
  for i in function(_, i) time.sleep("1ms") i = (i or 0) + 1 if i <= 3 then return i end end do count = count + i end
  check.equal(count, 6)
end }
