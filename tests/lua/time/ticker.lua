local check = require("check")

return { main = function()
  local time = require("time")
  local before = time.now()
  local ticker = time.ticker("10ms")
  check.yes(ticker:channel() == ticker:response())
  for i = 1, 5 do
    local at = ticker:channel():receive()
    check.equal(at:sub(before):milliseconds(), i * 10)
  end
  -- Missed ticks are dropped.
  time.sleep("95ms")
  ticker:channel():receive()
  check.equal(channel.select({ ticker:channel():case_receive() }, true).default, true)

  local ended
  coroutine.spawn(function()
    while select(2, ticker:channel():receive()) do end
    ended = true
  end)
  time.sleep("1ms")
  ticker:stop()
  ticker:stop()
  time.sleep("50ms")
  check.equal(ended, true)
  check.equal(select(2, ticker:channel():receive()), false)
  local value, err = time.ticker(0)
  check.equal(value, nil)
  check.equal(err:kind(), errors.INVALID)
end }
