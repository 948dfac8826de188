local check = require("check")

return { main = function()
  local me = process.pid()
  local inbox = process.inbox()

  -- Userdata other than errors means nothing elsewhere and arrives as nil.
  process.send(me, "t", { channel = channel.new(), logger = logger, time = require("time").now(), n = 1 })
  check.same(inbox:receive():payload():data(), { n = 1 })
  process.send(me, "t", channel.new())
  check.equal(inbox:receive():payload():data(), nil)
  process.send(me, "t", "x")
  local wrapper = inbox:receive():payload()
  process.send(me, "t", { wrapper })
  check.same(inbox:receive():payload():data(), {})

  check.failed("Invalid", "cannot send a function (argument 1)", process.send(me, "t", print))
  check.failed("Invalid", "cannot send a function (argument 2.a.b)", process.send(me, "t", 1, { a = { b = main or print } }))
  check.failed("Invalid", "cannot send a function (argument 1.2)", process.send(me, "t", { 1, print }))
  check.failed("Invalid", "cannot send a coroutine (argument 1)", process.send(me, "t", coroutine.create(print)))
  check.failed("Invalid", "cannot send a table with a table as key (argument 1)", process.send(me, "t", { [{}] = 1 }))
  check.failed("Invalid", "cannot send a table with a function as key (argument 1.x)", process.send(me, "t", { x = { [print] = 1 } }))

  local deep = {}
  for _ = 1, 98 do deep = { deep } end
  check.ok(process.send(me, "t", { deep }))
  inbox:receive()
  local _, err = process.send(me, "t", { { deep } })
  check.matches(err, "nested deeper than 100")

  -- Nothing of a refused message arrives.
  process.send(me, "last")
  check.equal(inbox:receive():topic(), "last")
end }
