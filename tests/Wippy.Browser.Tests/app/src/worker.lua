local logger = require("logger")

-- Reports each job to the ledger; and tries, each time, what no policy allows.
local function main()
  process.registry.register("worker")
  local inbox, events = process.inbox(), process.events()
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end
    local job = ready.value:payload():data()
    logger:info("job done", { job = job })
    process.send("ledger", "entry", job)
    process.send("ledger", "erase", job)
  end
end

return { main = main }
