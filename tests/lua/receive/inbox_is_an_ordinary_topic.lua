local check = require("check")

return { main = function()
  local me = process.pid()
  local inbox = process.inbox()
  process.send(me, "inbox", 1)
  check.equal(inbox:receive():topic(), "inbox")
  local listener = process.listen("inbox")
  check.yes(listener ~= inbox)
  process.send(me, "inbox", 2)
  check.equal((listener:receive()), 2)
end }
