-- Does a tenth of the work uncounted, then all of it. `work(n)` returns how many units it has seen done.
return function(n, work)
  work(math.max(n // 10, 1))
  local began = time.now()
  local count = work(n)
  return { count = count, seconds = time.now():sub(began):seconds() }
end
