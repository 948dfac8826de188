local check = require("check")
local funcs = require("funcs")
local time = require("time")

return { main = function()
  process.registry.register("test")
  local tries = process.listen("try")
  local function count()
    local n = 0
    while not channel.select({ tries:case_receive(), default = true }).default do n = n + 1 end
    return n
  end
  -- Until it succeeds.
  check.equal(check.ok(funcs.call("app:flaky", { kind = "Timeout", retryable = true, times = 2 })), "fine")
  check.equal(count(), 3)
  -- But not for ever.
  check.failed("Timeout", "not yet", funcs.call("app:flaky", { kind = "Timeout", retryable = true, times = 9 }))
  check.equal(count(), 4)
  -- Only what may be retried.
  for _, retryable in ipairs({ false, "unknown" }) do
    check.failed("Timeout", "not yet", funcs.call("app:flaky", { kind = "Timeout", retryable = retryable, times = 9 }))
    check.equal(count(), 1)
  end
  check.failed("Conflict", "not yet", funcs.call("app:flaky", { kind = "Conflict", retryable = true, times = 9 }))
  check.equal(count(), 1)
  check.failed("Internal", "not yet", funcs.call("app:flaky", { kind = "Internal", retryable = true, times = 9 }))
  check.equal(count(), 1)
  -- Canceled between two attempts.
  local future = funcs.async("app:flaky", { kind = "Timeout", retryable = true, times = 9 })
  tries:receive()
  time.sleep("5ms")
  check.equal(future:cancel(), true)
  time.sleep("1s")
  check.equal(count(), 0)
end }

-- @function flaky meta.options.retry.max_attempts=4 meta.options.retry.initial_delay=20 meta.options.retry.retry_kinds=Timeout,Conflict meta.options.retry.skip_kinds=Conflict,
local tried = 0
return { main = function(how)
  tried = tried + 1
  process.send("test", "try")
  if tried > how.times then
    tried = 0
    return "fine"
  end
  local retryable = how.retryable
  if retryable == "unknown" then retryable = nil end
  return nil, errors.new({ message = "not yet", kind = how.kind, retryable = retryable })
end }
