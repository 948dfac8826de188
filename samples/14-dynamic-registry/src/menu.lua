local io = require("io")
local registry = require("registry")
local funcs = require("funcs")

local function show(title)
  io.print(title)
  for _, dish in ipairs(registry.find { ["meta.type"] = "dish" }) do
    io.print("  " .. registry.parse_id(dish.id).name, dish.data.price)
  end
end

local function main()
  show("version " .. registry.current_version():id() .. ":")

  -- Several changes are one: all take effect, or none.
  local changes = registry.snapshot():changes()
  changes:create { id = "app:menu.stew", kind = "registry.entry", meta = { type = "dish", tags = { "hot" } }, data = { price = 9 } }
  changes:delete "app:menu.salad"
  changes:create {
    id = "app:discount",
    kind = "function.lua",
    data = { source = "return { main = function(price) return price * 0.9 end }" },
  }
  local version, err = changes:apply()
  if err then return nil, err end
  show("version " .. version:id() .. ":")

  -- The new function can be called at once.
  io.print("stew with discount:", funcs.call("app:discount", 9))

  -- A change with a mistake changes nothing.
  changes = registry.snapshot():changes()
  changes:create { id = "app:menu.fish", kind = "registry.entry", meta = { type = "dish" }, data = { price = 12 } }
  changes:create { id = "app:broken", kind = "function.lua", data = { source = "return {" } }
  _, err = changes:apply()
  io.print("refused: " .. err:message())
  io.print("still version", registry.current_version():id())

  registry.apply_version(registry.history():get_version(0))
  show("back to version " .. registry.current_version():id() .. ":")
end

return { main = main }
