-- A service that starts a watch, which is none itself. If there is one already, that one stays.
local logger = require("logger")

local function main(label, inherits)
  local name = "watch." .. label
  process.with_options({}):with_name(name):spawn("kept:watch", "kept:" .. label, label, inherits)
  logger:info(name .. " is " .. tostring(process.registry.lookup(name)))
  process.events():receive()
end

return { main = main }
