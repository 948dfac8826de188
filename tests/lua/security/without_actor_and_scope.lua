-- Nobody in particular acts: there is no actor, no scope, and "can" says no although operations are not refused.
local check = require("check")

local function main()
  check.equal(security.actor(), nil)
  check.equal(security.scope(), nil)
  check.equal(security.can("process.send", "anything"), false)
  check.ok(process.send(process.pid(), "t"))
end

return { main = main }
