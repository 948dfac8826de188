local check = require("check")

return { main = function()
  local time = require("time")
  check.equal(coroutine.running(), nil)
  local outer, inner
  outer = coroutine.create(function()
    check.equal(coroutine.running(), outer)
    check.equal(coroutine.status(outer), "running")
    inner = coroutine.create(function()
      check.equal(coroutine.status(outer), "normal")
      check.equal(coroutine.running(), inner)
      check.same({ coroutine.resume(outer) }, { false, "cannot resume non-suspended coroutine" })
      check.same({ coroutine.resume(inner) }, { false, "cannot resume non-suspended coroutine" })
      coroutine.yield()
    end)
    check.equal(coroutine.status(inner), "suspended")
    check.equal(select(2, coroutine.resume(inner)), nil)
    check.equal(coroutine.status(inner), "suspended")
    check.equal(coroutine.status(outer), "running")
    return "ok"
  end)
  check.same({ coroutine.resume(outer) }, { true, "ok" })

  local spawned
  local thread = coroutine.spawn(function() spawned = coroutine.running() end)
  time.sleep("1ms")
  check.equal(spawned, thread)
end }
