local check = require("check")
local funcs = require("funcs")

return { main = function()
  local futures = {}
  for i = 1, 5 do futures[i] = check.ok(funcs.async("app:slow", i)) end
  -- Two run, two wait, one is too much.
  local answer = futures[5]:channel():receive()
  check.equal(answer:kind(), "Unavailable")
  check.equal(answer:retryable(), true)
  check.equal(answer:message(), "too many calls of app:slow wait for one of its 2 instances (pool.buffer is 2)")
  for i = 1, 4 do check.equal(futures[i]:channel():receive():data(), i) end
  check.equal(funcs.call("app:slow", 6), 6)
  -- A function that calls itself does not wait for itself.
  check.equal(funcs.call("app:sum", 20), 210)
  -- But there is an end to it.
  local _, err = funcs.call("app:endless")
  check.equal(err:kind(), "LimitExceeded")
  check.equal(err:message(), "function calls nested deeper than 200")
end }

-- @function slow pool.type=lazy pool.max_size=2 pool.buffer=2
local time = require("time")
return { main = function(n)
  time.sleep("10ms")
  return n
end }

-- @function sum pool.type=static pool.workers=1
local funcs = require("funcs")
return { main = function(n)
  if n == 1 then return 1 end
  return n + funcs.call("app:sum", n - 1)
end }

-- @function endless
local funcs = require("funcs")
return { main = function() return funcs.call("app:endless") end }
