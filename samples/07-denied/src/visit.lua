-- Starts both sides, which the terminal zone may do, and prints what the guest tells.

local io = require("io")

local function main()
  local reports = process.listen("report")
  local vault, err = process.spawn("app:vault", "app:vaults")
  if err then return nil, err end
  local _, refused = process.spawn("app:guest", "app:guests", vault, process.pid())
  if refused then return nil, refused end

  while true do
    local report = reports:receive()
    if report == "done" then return 0 end
    io.print(report)
  end
end

return { main = main }
