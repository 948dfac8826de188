local check = require("check")

return { main = function()
  local time = require("time")
  local ch, got = channel.new(), {}
  local threads = {
    coroutine.spawn(function() got[1] = ch:receive() end),
    coroutine.spawn(function() time.sleep("10ms") got[2] = "slept" end),
  }
  local function try(thread)
    local ok, err = coroutine.resume(thread, "intruder")
    check.equal(ok, false)
    check.matches(err, "cannot resume")
  end
  for _, thread in ipairs(threads) do try(thread) end   -- not started yet
  time.sleep("1ms")
  for _, thread in ipairs(threads) do
    try(thread)
    check.equal(coroutine.status(thread), "suspended")
  end
  ch:send("value")
  time.sleep("20ms")
  check.same(got, { "value", "slept" })
  for _, thread in ipairs(threads) do
    check.equal(coroutine.status(thread), "dead")
    try(thread)
  end
end }
