local function main()
  local inbox = process.inbox()
  while true do
    local message = inbox:receive()
    process.send(message:from(), "pong", { op = "pong", n = message:payload():data().n })
  end
end

return { main = main }
