-- One token goes round a ring of processes; n hops. It carries the hops still to go.
local MEMBERS = 1000

local function main(n, host)
  local inbox = process.inbox()
  local self = process.pid()
  local function member(following)
    local pid, err = process.spawn("bench:member", host, self, following)
    if err then error(err) end
    return pid
  end
  local last = member()
  local first = last
  for _ = 2, MEMBERS do first = member(first) end
  process.send(last, "following", first)
  return measure(n, function(hops)
    process.send(first, "token", hops - 1)
    return hops - inbox:receive():payload():data()
  end)
end

return { main = main }
