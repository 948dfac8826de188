local check = require("check")

return { main = function()
  check.ok(process.registry.register("root"))
  local host = check.host()
  local base = process.with_context({})
  local named = base:with_name("worker")
  local talking = base:with_message("hello", 1)
  check.yes(base ~= named and base ~= talking)

  -- Neither name nor message has got into the builder they came from.
  local pid = check.ok(base:spawn("app:child", host))
  check.equal(process.registry.lookup("worker"), nil)
  local answer = process.inbox():receive()
  check.equal(answer:from(), pid)
  check.equal(answer:topic(), "started")
  check.ok(talking:spawn("app:child", host))
  local seen = { process.inbox():receive():topic(), process.inbox():receive():topic() }
  check.same(seen, { "started", "got hello" })
  check.equal(tostring(base), tostring(base))
end }

-- @process child
return { main = function()
  process.send("root", "started")
  process.send("root", "got " .. process.inbox():receive():topic())
end }
