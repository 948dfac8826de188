local check = require("check")

return { main = function()
  local a, b = channel.new(1), channel.new(1)
  a:send("a")
  b:send("b")
  local r = channel.select { b:case_receive(), a:case_receive() }
  check.yes(r.channel == b)
  check.equal(r.value, "b")
  check.equal(r.ok, true)
  check.equal(r.default, nil)

  r = channel.select { b:case_send("again"), a:case_receive() }
  check.yes(r.channel == b)
  check.equal(r.value, "again")
  check.equal(r.ok, true)
  check.equal((b:receive()), "again")

  r = channel.select({ a:case_receive(), default = true })
  check.equal(r.value, "a")
  r = channel.select({ a:case_receive(), default = true })
  check.same(r, { ok = true, default = true })
  r = channel.select({ a:case_receive() }, true)
  check.same(r, { ok = true, default = true })
  check.same(channel.select({}, true), { ok = true, default = true })

  -- A closed channel is ready to be received from, never to be sent to.
  a:close()
  r = channel.select { b:case_receive(), a:case_receive() }
  check.yes(r.channel == a)
  check.equal(r.ok, false)
  check.equal(r.value, nil)
  r = channel.select { a:case_send(1), default = true }
  check.equal(r.default, true)

  check.raises("bad argument #1 to 'select'", channel.select)
  check.raises("bad argument #1 to 'select'", channel.select, a)
end }
