-- Counts by name. Who asks says the name and by how much, and is told where the count stands.
local function main()
  process.registry.register("counters")
  local counts = {}
  local inbox, events = process.inbox(), process.events()
  while true do
    local arrived = channel.select({ events:case_receive(), inbox:case_receive() })
    if arrived.channel == events then return end   -- asked to stop
    local request = arrived.value
    local asked = request:payload():data()
    counts[asked.name] = (counts[asked.name] or 0) + asked.by
    process.send(request:from(), "counted", { name = asked.name, n = counts[asked.name] })
  end
end

return { main = main }
