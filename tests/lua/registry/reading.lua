local check = require("check")

local function main()
  local entry = registry.get("app:helper")
  check.equal(entry.id, "app:helper")
  check.equal(entry.kind, "process.lua")
  check.same(entry.meta, {})
  check.equal(type(entry.data.modules[1]), "string")
  entry.kind = "changed"
  check.equal(registry.get("app:helper").kind, "process.lua")

  local missing, err = registry.get("app:nobody")
  check.equal(missing, nil)
  check.equal(err:kind(), errors.NOT_FOUND)
  check.equal(err:message(), "entry not found: app:nobody")
  missing, err = registry.get("no id")
  check.equal(err:message(), "entry not found: no id")
  check.raises("bad argument #1 to 'get' %(string expected, got nil%)", registry.get, nil)

  check.same(registry.parse_id("a.b:c"), { ns = "a.b", name = "c" })
  check.same(registry.parse_id("a:b:c"), { ns = "a", name = "b:c" })
  check.same(registry.parse_id("c"), { ns = "", name = "c" })

  local snapshot = registry.snapshot()
  check.equal(snapshot:get("app:helper").id, "app:helper")
  check.equal(select(2, snapshot:get("x:y")):kind(), errors.NOT_FOUND)
  check.equal(#snapshot:entries(), #snapshot:namespace("app"))
  check.equal(#snapshot:namespace("nowhere"), 0)
  check.equal(snapshot:version():id(), registry.current_version():id())
  check.equal(#registry.snapshot_at(0):entries(), #snapshot:entries())
  check.equal(select(2, registry.snapshot_at(7)):message(), "version v7 not found (there are v0 to v0)")
  check.raises("bad argument #1 to 'entries' %(registry.Snapshot expected, got table%)", snapshot.entries, {})
end

return { main = main }

-- @process helper
return function() end
