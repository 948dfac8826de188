local check = require("check")

return { main = function()
  local time = require("time")
  local cannot = "cannot wait here"
  check.raises(cannot, tostring, setmetatable({}, { __tostring = function() time.sleep(1) return "x" end }))
  local mt = { __index = function() time.sleep(1) end }
  check.raises(cannot, string.format, "%s", setmetatable({}, { __tostring = function() coroutine.yield() end }))
  check.raises(cannot, string.gsub, "abc", "%w", setmetatable({}, mt), "1")
  -- What does not wait works there.
  check.equal((string.gsub("abc", ".", function(c) process.send(process.pid(), c) return c:upper() end)), "ABC")
  check.equal(process.inbox():receive():topic(), "a")
end }
