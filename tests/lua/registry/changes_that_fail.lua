-- @hosts system
local check = require("check")

local function refused(pattern, changes)
  local version, err = changes:apply()
  check.equal(version, nil)
  check.equal(err:kind(), errors.INTERNAL)
  check.matches(err:message(), pattern)
  check.equal(registry.current_version():id(), 0)
end

local function changes() return registry.snapshot():changes() end

local function main()
  -- One wrong operation, and nothing of the set happens.
  local good = { id = "app:good", kind = "registry.entry" }
  refused("app:other: cannot be created: there is an entry of that id", changes():create(good):create({ id = "app:other", kind = "registry.entry" }))
  refused("app:nobody: cannot be updated: no entry of that id", changes():create(good):update({ id = "app:nobody", kind = "registry.entry" }))
  refused("app:othr: cannot be deleted: no entry of that id %(did you mean 'app:other'%?%)", changes():create(good):delete("app:othr"))
  refused("app:x.kind: unknown kind 'process.lau' %(did you mean 'process.lua'%?%)", changes():create(good):create({ id = "app:x", kind = "process.lau" }))
  refused("app:x.source: required field is missing", changes():create({ id = "app:x", kind = "process.lua" }))
  refused("app:x.source: app:x:1:9: unexpected end of file", changes():create({ id = "app:x", kind = "process.lua", data = { source = "return (" } }))
  refused("app:x.host: no entry 'app:hst'", changes():create({ id = "app:x", kind = "process.service", data = { process = "other", host = "app:hst" } }))
  local _, err = changes():create({ id = "app:x", kind = "process.lau" }):create({ id = "app:y", kind = "process.lua" }):apply()
  check.matches(err:message(), "app:x.+\n.+app:y")
  check.equal(registry.get("app:good"), nil)

  local all = changes()
  check.raises("bad argument #2 to 'create' %(table expected, got nil%)", all.create, all, nil)
  check.raises('must be a table whose id is "namespace:name"', all.create, all, { kind = "registry.entry" })
  check.raises('must be a table whose id is "namespace:name"', all.create, all, { id = "x", kind = "registry.entry" })
  check.raises("must be a table whose kind is a string", all.update, all, { id = "a:x" })
  check.raises("must be a table whose meta is a table with text as keys", all.create, all, { id = "a:x", kind = "k", meta = 1 })
  check.raises("must be without a function in it", all.create, all, { id = "a:x", kind = "k", data = { f = print } })
  check.raises("bad argument #2 to 'delete' %(entry id expected, got number%)", all.delete, all, 1)
  check.raises("bad argument #1 to 'apply' %(registry.Changes expected, got table%)", all.apply, {})
  check.equal(#all:ops(), 0)
end

return { main = main }

-- @process other
return function() end
