local check = require("check")
local funcs = require("funcs")
local time = require("time")

return { main = function()
  local future, err = funcs.async("app:work", "value")
  check.equal(err, nil)
  check.equal(future:is_complete(), false)
  check.equal(future:is_canceled(), false)
  check.equal(future:result(), nil)
  check.equal(select(2, future:result()), nil)
  check.equal(future:response(), future:channel())
  -- The channel is the same one in a select.
  local late = time.after("1s")
  local r = channel.select({ late:case_receive(), future:channel():case_receive() })
  check.equal(r.channel, future:response())
  check.equal(r.ok, true)
  check.equal(r.value:data(), "value")
  -- One item, then it is closed.
  local value, ok = future:channel():receive()
  check.equal(value, nil)
  check.equal(ok, false)
  check.equal(future:is_complete(), true)
  check.equal(future:result():data(), "value")
  value, ok = future:error()
  check.equal(value, nil)
  check.equal(ok, false)
  -- Done is done.
  check.equal(future:cancel(), false)
  check.equal(future:is_canceled(), false)

  -- nil is an answer as well.
  check.equal(funcs.async("app:work"):channel():receive():data(), nil)

  -- A failure.
  future = funcs.async("app:work", "fail")
  err = future:channel():receive()
  check.equal(err:kind(), "Conflict")
  check.failed("Conflict", "failed", future:result())
  err, ok = future:error()
  check.equal(err:message(), "failed")
  check.equal(ok, true)

  -- Many at once, answered in the order of their ends; several coroutines may wait for one.
  local slow, fast = funcs.async("app:work", "slow"), funcs.async("app:work", "fast")
  local answers = channel.new(4)
  for _, f in ipairs({ slow, fast }) do
    coroutine.spawn(function() answers:send((f:channel():receive())) end)
  end
  check.equal(answers:receive():data(), "fast")
  check.equal(answers:receive():data(), "slow")

  check.raises("bad argument #1 to 'result' %(future expected, got nil%)", future.result, nil)
  check.raises("bad argument #1 to 'cancel' %(future expected, got string%)", future.cancel, "x")
end }

-- @function work
local time = require("time")
return { main = function(what)
  if what == "fail" then return nil, errors.new({ message = "failed", kind = errors.CONFLICT }) end
  time.sleep(what == "slow" and "20ms" or "2ms")
  return what
end }
