-- On the system node: answers a caller on the user node, which times each round trip.
local function main(n, host)
  local inbox = process.inbox()
  local _, err = process.spawn("bench:netcaller", "bench:user", process.pid(), n)
  if err then error(err) end
  while true do
    local message = inbox:receive()
    if message:topic() == "result" then return message:payload():data() end
    process.send(message:from(), "pong", { op = "pong", n = message:payload():data().n })
  end
end

return { main = main }
