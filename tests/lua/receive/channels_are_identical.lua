local check = require("check")

return { main = function()
  check.yes(process.inbox() == process.inbox())
  check.yes(process.events() == process.events())
  check.yes(process.listen("a") == process.listen("a"))
  check.yes(process.listen("a") ~= process.listen("b"))
  check.yes(process.inbox() ~= process.events())
  process.send(process.pid(), "a", 1)
  local r = channel.select { process.inbox():case_receive(), process.listen("a"):case_receive() }
  check.yes(r.channel == process.listen("a"))
  check.equal(r.value, 1)
end }
