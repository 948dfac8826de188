-- Starts both sides, which the terminal zone may do, and prints what the guest tells.

local io = require("io")

local function main()
  local reports = process.listen("report")
  local vault, err = process.spawn("app:vault", "app:vaults")
  if err then return nil, err end
  local _, refused = process.spawn("app:guest", "app:guests", vault, process.pid())
  if refused then return nil, refused end

  local report = reports:receive()
  while report ~= "done" do
    io.print(report)
    report = reports:receive()
  end
  process.terminate(vault)
end

return { main = main }
