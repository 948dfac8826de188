local function main()
  process.registry.register("ledger")
  local inbox, events = process.inbox(), process.events()
  local sum = 0
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end
    sum = sum + ready.value:payload():data()
  end
end

return { main = main }
