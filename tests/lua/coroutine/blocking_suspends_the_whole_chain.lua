local check = require("check")

return { main = function()
  local time = require("time")
  local ch, seen = channel.new(), {}
  local inner
  local function level3()
    seen[#seen + 1] = ch:receive()
    time.sleep("2ms")
    coroutine.yield("yielded")
    seen[#seen + 1] = ch:receive()
    return "returned"
  end
  local outer = coroutine.wrap(function()
    inner = coroutine.create(level3)
    while true do
      local ok, value = coroutine.resume(inner)
      check.equal(ok, true)
      coroutine.yield(value)
      if value == "returned" then return "over" end
    end
  end)
  local other = 0
  coroutine.spawn(function()
    for i = 1, 2 do
      time.sleep("5ms")
      -- Somebody else may not resume what waits.
      check.equal(coroutine.status(inner), "normal")
      check.same({ coroutine.resume(inner) }, { false, "cannot resume non-suspended coroutine" })
      ch:send(i)
      other = other + 1
    end
  end)
  check.equal(outer(), "yielded")
  check.equal(outer(), "returned")
  check.equal(outer(), "over")
  check.same(seen, { 1, 2 })
  check.equal(other, 2)
end }
