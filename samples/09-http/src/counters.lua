-- Counts by name. Who asks says the name and by how much, and is told where the count stands.
local function main()
  process.registry.register("counters")
  local counts = {}
  local inbox = process.inbox()
  while true do
    local request = inbox:receive()
    local asked = request:payload():data()
    counts[asked.name] = (counts[asked.name] or 0) + asked.by
    process.send(request:from(), "counted", { name = asked.name, n = counts[asked.name] })
  end
end

return { main = main }
