-- Starts user code where it belongs and prints what it tells.

local io = require("io")

local function main()
  local reports = process.listen("report")
  local _, err = process.spawn("app.user:guest", "app.user:guests", process.pid())
  if err then return nil, err end
  while true do
    local report = reports:receive()
    if report == "done" then return 0 end
    io.print(report)
  end
end

return { main = main }
