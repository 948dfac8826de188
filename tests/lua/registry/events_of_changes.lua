-- @hosts system
local check = require("check")

local function main()
  local heard = events.subscribe("registry"):channel()
  local set = registry.snapshot():changes()
  set:create({ id = "app:note", kind = "registry.entry" }):delete("app:old")
  check.ok(set:apply())
  local text = {}
  for i = 1, 4 do
    local event = heard:receive()
    text[i] = event.kind .. " " .. event.path .. " " .. tostring(event.data and event.data.kind)
  end
  check.equal(table.concat(text, ", "),
    "registry.begin v1 nil, entry.delete app:old process.lua, entry.create app:note registry.entry, registry.commit v1 nil")

  -- A change that is refused is no news.
  set:apply()
  check.ok(registry.apply_version(0))
  check.equal(heard:receive().path, "v0")
end

return { main = main }

-- @process old
return function() end
