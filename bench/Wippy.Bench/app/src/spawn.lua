-- n processes start, tell this one, and end. Several spawners, so that all workers have something to do.
local SPAWNERS = 8

local function main(n, host)
  local inbox = process.inbox()
  local self = process.pid()
  return measure(n, function(count)
    for i = 1, SPAWNERS do
      local share = count * i // SPAWNERS - count * (i - 1) // SPAWNERS
      local _, err = process.spawn("bench:spawner", host, share, host, self)
      if err then error(err) end
    end
    for _ = 1, count do inbox:receive() end
    return count
  end)
end

return { main = main }
