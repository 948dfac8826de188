local function main()
  assert(process.registry.register("quota"))
  local inbox, events = process.inbox(), process.events()
  while true do
    local arrived = channel.select { inbox:case_receive(), events:case_receive() }
    if arrived.channel == events then return end   -- it is to stop
    local question = arrived.value
    process.send(question:from(), "quota", question:payload():data() .. ": 100 of 500 MB")
  end
end

return { main = main }
