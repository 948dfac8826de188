local check = require("check")

local function main()
  local inbox = process.inbox()
  check.ok(process.send(process.pid(), "t", { actor = security.new_actor("a"), scope = security.new_scope(), n = 1 }))
  check.same(inbox:receive():payload():data(), { n = 1 })
end

return { main = main }
