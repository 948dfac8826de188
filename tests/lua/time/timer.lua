local check = require("check")
local time = require("time")

-- Whether nothing is there to be received now.
local function empty(ch)
  return channel.select({ ch:case_receive(), default = true }).default == true
end

return { main = function()
  local before = time.now()
  local timer = check.ok(time.timer("20ms"))
  check.yes(timer:channel() == timer:response(), "one channel")
  check.equal(timer:channel():receive():sub(before):milliseconds(), 20)
  check.equal(timer:stop(), false)

  -- Stopped in time it says nothing, and its channel is closed.
  timer = check.ok(time.timer("20ms"))
  check.equal(timer:stop(), true)
  check.equal(timer:stop(), false)
  check.same({ timer:channel():receive() }, { nil, false })

  -- Started again, before and after its time.
  check.equal(timer:reset("5ms"), false)
  check.equal(select(2, timer:channel():receive()), true)
  timer = check.ok(time.timer("20ms"))
  before = time.now()
  check.equal(timer:reset(50 * time.MILLISECOND), true)
  check.equal(timer:channel():receive():sub(before):milliseconds(), 50)

  -- A value that nobody took is forgotten by reset.
  check.equal(timer:reset("1ms"), false)
  time.sleep("2ms")
  check.equal(timer:reset("10ms"), false)
  check.equal(empty(timer:channel()), true)
  time.sleep("10ms")
  check.equal(empty(timer:channel()), false)

  for _, bad in ipairs { 0, -1, "0s", "x", {} } do
    local value, err = time.timer(bad)
    check.equal(value, nil)
    check.equal(err:kind(), errors.INVALID)
    value, err = timer:reset(bad)
    check.equal(value, nil)
    check.equal(err:kind(), errors.INVALID)
  end
  check.raises("bad argument #1 to 'stop' %(timer expected, got no value%)", timer.stop)
  check.raises("bad argument #1 to 'channel' %(timer expected, got number%)", timer.channel, 5)
end }
