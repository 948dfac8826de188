local function main()
  local inbox = process.inbox()
  process.registry.register("bench.counter")
  local count = 0
  while true do
    local message = inbox:receive()
    if message:topic() == "add" then
      count = count + message:payload():data()
    else
      process.send(message:from(), "total", count)
      count = 0
    end
  end
end

return { main = main }
