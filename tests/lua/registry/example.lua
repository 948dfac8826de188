-- @hosts system
-- The example of docs/modules/registry.md.
local check = require("check")

return { main = function()
check.ok(registry.snapshot():changes()
  :create({ id = "app:old", kind = "registry.entry", data = { n = 1 } })
  :create({ id = "app:gone", kind = "registry.entry", data = { n = 1 } })
  :apply())

local changes = registry.snapshot():changes()
changes:create({ id = "app:job", kind = "registry.entry", data = { n = 1 } })
changes:update({ id = "app:old", kind = "registry.entry", data = { n = 2 } })
changes:delete("app:gone")
local version, err = changes:apply()

check.ok(version, err)
check.equal(version:id(), 2)
check.equal(registry.get("app:old").data.n, 2)
check.equal(registry.get("app:gone"), nil)
end }
