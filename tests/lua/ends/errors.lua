local check = require("check")

return { main = function()
  local function failure(how)
    local result = check.exit_of(check.spawn_monitored("child", how))
    check.equal(result.value, nil)
    return result.error
  end
  local function expect(err, message, kind, retryable)
    check.matches(err, message)
    check.equal(err:kind(), kind)
    check.equal(err:retryable(), retryable)
  end
  expect(failure("returned text"), "^no luck$", "Internal", false)
  expect(failure("returned empty text"), "^$", "Internal", false)
  local err = failure("returned error")
  expect(err, "^full$", "Unavailable", true)
  check.same(err:details(), { left = 0 })
  expect(failure("raised text"), "^app:child:%d+: broken$", "Internal", nil)
  expect(failure("raised error"), "^busy$", "Conflict", nil)
  expect(failure("raised nil"), "^nil$", "Internal", nil)
  expect(failure("raised number"), "7", "Internal", nil)
  expect(failure("raised table"), "^table: 0x", "Internal", nil)
  expect(failure("raised nasty table"), "^table: 0x", "Internal", nil)
  expect(failure("raised function"), "^function: ", "Internal", nil)
  expect(failure("runtime error"), "^app:child:%d+: attempt to index a nil value", "Internal", nil)
  -- Which of the two limits endless recursion meets first depends on the host.
  local deep = failure("stack overflow")
  check.yes(tostring(deep):find("stack overflow") or deep:kind() == "LimitExceeded", tostring(deep))
  expect(failure("in a coroutine"), "^app:child:%d+: in a coroutine$", "Internal", nil)
  expect(failure("returned function"), "cannot send a function", "Invalid", false)
  expect(failure("deadlock"), "^deadlock: all coroutines blocked with no pending operations %(threads=1%)$", "Internal", nil)
  expect(failure("deadlock of two"), "%(threads=2%)$", "Internal", nil)
  expect(failure("empty select"), "^deadlock", "Internal", nil)
end }

-- @process child
local time = require("time")
local function overflow() return 1 + overflow() end
local ends = {
  ["returned text"] = function() return 1, "no luck" end,
  ["returned empty text"] = function() return nil, "" end,
  ["returned error"] = function() return nil, errors.new { message = "full", kind = errors.UNAVAILABLE, retryable = true, details = { left = 0 } } end,
  ["raised text"] = function() error("broken") end,
  ["raised error"] = function() error(errors.new { message = "busy", kind = errors.CONFLICT }) end,
  ["raised nil"] = function() error(nil) end,
  ["raised number"] = function() error(7) end,
  ["raised table"] = function() error({ code = 1 }) end,
  ["raised nasty table"] = function() error(setmetatable({}, { __tostring = function() error("again") end, __name = {} })) end,
  ["raised function"] = function() error(print) end,
  ["runtime error"] = function() local t; return t.x end,
  ["stack overflow"] = function() return overflow() end,
  ["in a coroutine"] = function()
    coroutine.spawn(function() error("in a coroutine") end)
    time.sleep("1h")
  end,
  ["returned function"] = function() return print end,
  ["deadlock"] = function() coroutine.yield() end,
  ["deadlock of two"] = function()
    coroutine.spawn(function() coroutine.yield() end)
    coroutine.yield()
  end,
  ["empty select"] = function() channel.select({}) end,
}
return { main = function(how) return ends[how]() end }
