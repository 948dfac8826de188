-- @hosts system
local check = require("check")

local function main()
  local snapshot = registry.snapshot()
  local changes = snapshot:changes()
  check.equal(tostring(changes), "registry.Changes{0 operations}")
  local version, err = changes:apply()
  check.equal(version, nil)
  check.equal(err:kind(), errors.INVALID)
  check.equal(err:message(), "no changes to apply")

  -- Methods chain; nothing happens before apply.
  check.equal(changes:create({ id = "app:job", kind = "process.lua", meta = { comment = "new" }, data = { source = [[
    return function(n) return n + 1 end
  ]], modules = {}, imports = {} } }), changes)
  changes:delete("app:old"):create({ id = "app:note", kind = "registry.entry", data = { n = 1, list = { "x" } } })
  check.equal(registry.get("app:job"), nil)
  local operations = changes:ops()
  check.equal(#operations, 3)
  check.equal(operations[1].kind, "entry.create")
  check.equal(operations[1].entry.id, "app:job")
  check.equal(operations[1].entry.meta.comment, "new")
  check.equal(operations[2].kind, "entry.delete")
  check.equal(operations[2].entry.id, "app:old")
  check.equal(operations[3].entry.data.list[1], "x")

  version, err = changes:apply()
  check.equal(err, nil)
  check.equal(version:id(), 1)
  check.equal(registry.get("app:old"), nil)
  check.equal(registry.get("app:note").data.n, 1)
  check.equal(snapshot:get("app:job"), nil)

  -- What was created can be used at once.
  local pid = process.spawn_monitored("app:job", "app:system", 41)
  local exit = process.events():receive()
  check.equal(exit.from, pid)
  check.equal(exit.result.value, 42)

  -- Two change sets from one snapshot may both apply.
  local one = registry.snapshot()
  check.equal(one:changes():update({ id = "app:note", kind = "registry.entry", data = { n = 2 } }):apply():id(), 2)
  check.equal(one:changes():update({ id = "app:note", kind = "registry.entry", data = { n = 3 } }):apply():id(), 3)
  check.equal(registry.get("app:note").data.n, 3)
  check.same(registry.get("app:note").meta, {})
  check.equal(registry.snapshot():changes():delete({ ns = "app", name = "note" }):apply():id(), 4)

  local delta = registry.build_delta(registry.snapshot_at(1), 4)
  check.equal(#delta, 1)
  check.equal(delta[1].kind .. " " .. delta[1].entry.id, "entry.delete app:note")
  delta = registry.build_delta(
    { { id = "x:a", kind = "registry.entry", data = 1 }, { id = "x:b", kind = "registry.entry" } },
    { { id = "x:a", kind = "registry.entry", data = 2 }, { id = "x:b", kind = "registry.entry" }, { id = "x:c", kind = "registry.entry" } })
  check.equal(#delta, 2)
  check.equal(delta[1].kind .. " " .. delta[1].entry.data, "entry.update 2")
  check.equal(delta[2].kind .. " " .. delta[2].entry.id, "entry.create x:c")
end

return { main = main }

-- @process old
return function() end
