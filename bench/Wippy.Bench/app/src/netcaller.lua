local function main(receiver, n)
  local inbox = process.inbox()
  local times = {}
  local function trip(i)
    local began = time.now()
    process.send(receiver, "ping", { op = "ping", n = i })
    local answer = inbox:receive():payload():data().n
    times[i] = time.now():sub(began):nanoseconds()
    return answer == i
  end
  for i = 1, math.max(n // 10, 1) do trip(i) end

  local count = 0
  local began = time.now()
  for i = 1, n do
    if trip(i) then count = count + 1 end
  end
  local seconds = time.now():sub(began):seconds()
  table.sort(times)
  process.send(receiver, "result", {
    count = count, seconds = seconds,
    p50 = times[(n + 1) // 2], p99 = times[math.max(n * 99 // 100, 1)], max = times[n],
  })
end

return { main = main }
