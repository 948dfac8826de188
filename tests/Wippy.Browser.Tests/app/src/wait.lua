local io = require("io")

local function main()
  io.print("waiting")
  process.events():receive()
  io.print("cancelled")
end

return { main = main }
