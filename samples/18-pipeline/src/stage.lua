-- What all stages have in common: a name, and work that is passed on or answered.
local function run(name, work)
  process.registry.register(name)
  local inbox, events = process.inbox(), process.events()
  while true do
    local result = channel.select { inbox:case_receive(), events:case_receive() }
    if result.channel == events then return end   -- CANCEL: the app stops
    local item = result.value:payload():data()
    local next_name, topic, result = work(item)
    process.send(next_name, topic, result)
  end
end

return { run = run }
