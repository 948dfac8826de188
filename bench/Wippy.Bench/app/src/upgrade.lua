-- n upgrades of a live process that takes 1 KB of state along, one after the other: from just before it gives itself up
-- to the first line of its successor.
local function main(n, host)
  local inbox = process.inbox()
  local live, err = process.spawn("bench:upgraded", host, process.pid(), { text = string.rep("x", 1000), upgrades = 0 })
  if err then error(err) end
  local before = inbox:receive():payload():data().upgrades
  return measure(n, function(count)
    local times = {}
    for i = 1, count do
      process.send(live, "upgrade")
      local upgraded = inbox:receive():payload():data()
      times[i] = upgraded.took / 1000
      if upgraded.upgrades ~= before + 1 then error("upgrade " .. upgraded.upgrades .. " after " .. before) end
      before = upgraded.upgrades
    end
    return count, times
  end)
end

return { main = main }
