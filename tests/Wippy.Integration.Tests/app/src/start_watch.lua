-- The watch is nobody's service. If there is one already, it stays.
local logger = require("logger")

local function main(label, inherits)
  local name = "watch." .. label
  process.with_options({}):with_name(name):spawn("kept:watch", "kept:" .. label, label, inherits)
  logger:info(name .. " is " .. tostring(process.registry.lookup(name)))
end

return { main = main }
