-- @hosts system
local check = require("check")

local function plain(name, value) return { id = "app:" .. name, kind = "registry.entry", data = { value = value } } end

local function ids(versions)
  local found = {}
  for i, version in ipairs(versions) do found[i] = version:id() end
  return table.concat(found, " ")
end

local function main()
  local declared = registry.current_version()
  check.equal(declared:id(), 0)
  check.equal(declared:string(), "v0")
  check.equal(declared:previous(), nil)
  check.equal(declared:next(), nil)
  check.equal(tostring(declared), "registry.Version{v0}")
  check.equal(ids(registry.versions()), "0")

  local first = registry.snapshot():changes():create(plain("a", 1)):apply()
  local second = registry.snapshot():changes():update(plain("a", 2)):create(plain("b", 1)):apply()
  check.equal(first:id() .. " " .. second:string(), "1 v2")
  check.equal(second:previous():id() .. " " .. first:next():id(), "1 2")
  check.equal(second:next(), nil)
  check.equal(ids(registry.versions()), "0 1 2")

  local history = registry.history()
  check.equal(ids(history:versions()), "0 1 2")
  check.equal(history:get_version(1):id(), 1)
  check.equal(history:snapshot_at(1):get("app:a").data.value, 1)
  check.equal(history:snapshot_at(second):get("app:a").data.value, 2)
  check.equal(tostring(history), "registry.History{v0 to v2}")
  local none, err = history:get_version(9)
  check.equal(none, nil)
  check.equal(err:kind(), errors.NOT_FOUND)
  check.raises("bad argument #2 to 'get_version' %(version expected, got string%)", history.get_version, history, "x")

  check.equal(registry.apply_version(first), true)
  check.equal(registry.current_version():id(), 1)
  check.equal(registry.get("app:b"), nil)
  check.equal(registry.apply_version(0), true)
  check.equal(registry.get("app:a"), nil)
  check.equal(registry.apply_version(2), true)
  check.equal(registry.get("app:b").data.value, 1)
  none, err = registry.apply_version(9)
  check.equal(none, nil)
  check.equal(err:kind(), errors.NOT_FOUND)
  check.raises("bad argument #1 to 'apply_version'", registry.apply_version, "v1")

  check.equal(registry.apply_version(1), true)
  check.equal(registry.snapshot():changes():create(plain("c", 1)):apply():id(), 3)
  check.equal(ids(registry.versions()), "0 1 2 3")
  check.matches(tostring(registry.snapshot()), "^registry.Snapshot{v3, %d+ entries}$")
end

return { main = main }
