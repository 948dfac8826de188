local check = require("check")

return { main = function()
  local time = require("time")
  local cannot = "cannot wait here"
  check.raises(cannot, table.sort, { 3, 2, 1 }, function(a, b) time.sleep("1ms") return a < b end)
  check.raises(cannot, string.gsub, "abc", ".", function() process.inbox():receive() end)
  check.raises(cannot, tostring, setmetatable({}, { __tostring = function() time.sleep(1) return "x" end }))
  check.raises(cannot, table.sort, { 2, 1 }, function() coroutine.yield() end)
  -- What does not wait works there.
  check.equal((string.gsub("abc", ".", function(c) process.send(process.pid(), c) return c:upper() end)), "ABC")
  check.equal(process.inbox():receive():topic(), "a")
end }
