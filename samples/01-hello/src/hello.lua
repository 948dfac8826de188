local io = require("io")

local function main(name)
  io.print("Hello, " .. (name or "world") .. "!")
  io.print("I am " .. process.id() .. ", my PID is " .. process.pid())
  return 0
end

return { main = main }
