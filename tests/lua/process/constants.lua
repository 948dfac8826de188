local check = require("check")

return { main = function()
  check.equal(process.event.CANCEL, "pid.cancel")
  check.equal(process.event.EXIT, "pid.exit")
  check.equal(process.event.LINK_DOWN, "pid.link.down")
  check.equal(process.event.OUTDATED, "pid.outdated")
  check.equal(process.registry.LOCAL, 0)
  check.equal(process.registry.EVENTUAL, 1)
  check.equal(process.registry.CONSISTENT, 2)
  check.equal(process.registry.STRONG, 3)
  check.equal(require("process"), process)
end }
