-- Does a tenth of the work uncounted, then all of it. `work(n)` returns how many units it has seen done and, if each was timed, how
-- many microseconds each took.
return function(n, work)
  work(math.max(n // 10, 1))
  local began = time.now()
  local count, times = work(n)
  local result = { count = count, seconds = time.now():sub(began):seconds() }
  if times then
    table.sort(times)
    result.p50_us, result.p99_us, result.max_us = times[math.ceil(n * 0.5)], times[math.ceil(n * 0.99)], times[n]
  end
  return result
end
