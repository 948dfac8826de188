local io = require("io")

local function main(greeting)
  io.write("Who is there? ")
  local name = io.readline()
  io.print(greeting .. ", " .. name .. "!")
end

return { main = main }
