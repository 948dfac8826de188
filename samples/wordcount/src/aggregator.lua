-- Adds up the counts of each batch, once, and acknowledges the batch to the coordinator. A batch that arrives again
-- (its acknowledgement was too late for a worker that died) is acknowledged again but not added. Ends with the coordinator.

local function top(totals, limit)
  local words = {}
  for word, count in pairs(totals) do words[#words + 1] = { word = word, count = count } end
  table.sort(words, function(a, b)
    if a.count ~= b.count then return a.count > b.count end
    return a.word < b.word
  end)
  local best = {}
  for i = 1, math.min(limit, #words) do best[i] = words[i] end
  return best
end

local function main(coordinator)
  local totals, seen = {}, {}
  local inbox, events = process.inbox(), process.events()
  process.monitor(coordinator)
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end
    local message = ready.value
    local data = message:payload():data()
    if message:topic() == "counts" then
      if not seen[data.batch] then
        seen[data.batch] = true
        for word, count in pairs(data.counts) do totals[word] = (totals[word] or 0) + count end
      end
      process.send(coordinator, "ack", data.batch)
    elseif message:topic() == "top" and message:from() == coordinator then
      process.send(coordinator, "result", top(totals, data))
    end
  end
end

return { main = main }
