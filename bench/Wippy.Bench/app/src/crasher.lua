local time = require("time")

local function main(parent)
  process.send(parent, "started", time.now():unix_nano())
  process.inbox():receive()
  process.send(parent, "crash", time.now():unix_nano())
  error("crash")
end

return { main = main }
