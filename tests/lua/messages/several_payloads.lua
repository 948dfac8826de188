local check = require("check")

return { main = function()
  local me = process.pid()
  local inbox = process.inbox()
  process.send(me, "none")
  check.equal(inbox:receive():payload(), nil)
  process.send(me, "nil", nil)
  check.equal(inbox:receive():payload():data(), nil)

  process.send(me, "three", 1, nil, { 3 })
  local payloads = inbox:receive():payload()
  check.equal(#payloads, 3)
  check.equal(payloads[1]:data(), 1)
  check.equal(payloads[2]:data(), nil)
  check.same(payloads[3]:data(), { 3 })

  local numbers = {}
  for i = 1, 200 do numbers[i] = i end
  process.send(me, "many", unpack(numbers))
  payloads = inbox:receive():payload()
  check.equal(#payloads, 200)
  for i = 1, 200 do check.equal(payloads[i]:data(), i) end
end }
