-- @hosts system
local check = require("check")

local entries = {
  { name = "ann", meta = { role = "admin", age = 7, tags = { "a", "b", "c" }, home = { city = "Rome" }, text = "first line\nlast" } },
  { name = "bob", meta = { role = "clerk", age = 7.0, tags = { "b" } } },
  { name = "carl", meta = { role = "admin assistant", active = true } },
  { name = "data.x", kind = "ns.definition", meta = {} },
}

local function found(filter, from)
  local result = {}
  for i, entry in ipairs(check.ok((from or registry).find(table.unpack(from and { from, filter } or { filter })))) do
    result[i] = entry.id:gsub("^people:", "")
  end
  return table.concat(result, " ")
end

local function main()
  local changes = registry.snapshot():changes()
  for _, entry in ipairs(entries) do
    changes:create({ id = "people:" .. entry.name, kind = entry.kind or "registry.entry", meta = entry.meta })
  end
  check.ok(changes:apply())
  local snapshot = registry.snapshot()
  local function people(filter)
    filter[".ns"] = "people"
    local first = found(filter)
    check.equal(found(filter, snapshot), first)
    return first
  end

  check.equal(people({}), "ann bob carl data.x")
  check.equal(people({ [".kind"] = "registry.entry" }), "ann bob carl")
  check.equal(people({ [".kind"] = "ns.*" }), "data.x")
  check.equal(people({ [".kind"] = "*" }), "ann bob carl data.x")
  check.equal(people({ [".name"] = "*a*" }), "ann carl data.x")
  check.equal(people({ [".name"] = "datayx" }), "")
  check.equal(people({ [".id"] = "people:b*" }), "bob")
  check.equal(found({ [".ns"] = "peop*", [".name"] = "ann" }), "ann")

  check.equal(people({ ["meta.role"] = "admin" }), "ann")
  check.equal(people({ ["meta.age"] = 7 }), "ann bob")
  check.equal(people({ ["meta.active"] = true }), "carl")
  check.equal(people({ ["meta.home.city"] = "Rome" }), "ann")
  check.equal(people({ ["meta.tags"] = { "b" } }), "ann bob")
  check.equal(people({ ["meta.tags"] = { "c", "a" } }), "ann")
  check.equal(people({ ["meta.tags"] = { "a", "d" } }), "")
  check.equal(people({ ["meta.role"] = { "admin" } }), "ann")
  check.equal(people({ ["meta.nothing"] = "x" }), "")

  check.equal(people({ ["~meta.role"] = "^adm|k$" }), "ann bob carl")
  check.equal(people({ ["~meta.text"] = "line$" }), "")
  check.equal(people({ ["*meta.role"] = "assist" }), "carl")
  check.equal(people({ ["*meta.tags"] = "a" }), "ann")
  check.equal(people({ ["^meta.role"] = "admin" }), "ann carl")
  check.equal(people({ ["$meta.role"] = "k" }), "bob")
  check.equal(people({ ["^meta.role"] = "admin", ["$meta.role"] = "t" }), "carl")

  -- A key of no known form is skipped, so it matches everything.
  check.equal(people({ kind = "registry.entry", meta = { role = "admin" } }), "ann bob carl data.x")
  check.equal(found(), found({}))

  check.failed(errors.INVALID, "filter '~meta.x': '(' is not a regular expression", registry.find({ ["~meta.x"] = "(" }))
  check.failed(errors.INVALID, "filter '.kind': expected text", registry.find({ [".kind"] = 1 }))
  check.failed(errors.INVALID, "filter '^meta.x': expected text", registry.find({ ["^meta.x"] = { "a" } }))
  check.raises("bad argument #1 to 'find' %(must be a table%)", registry.find, "x")
end

return { main = main }
