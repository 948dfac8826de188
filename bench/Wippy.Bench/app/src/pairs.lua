-- Many pairs play ping-pong at the same time; n messages in all, n even.
local PAIRS = 1000

local function main(n, host)
  local inbox = process.inbox()
  local self = process.pid()
  local players = {}
  for i = 1, PAIRS do
    local pid, err = process.spawn("bench:player", host, host, self)
    if err then error(err) end
    players[i] = pid
  end
  return measure(n, function(messages)
    local trips = messages // 2
    for i, player in ipairs(players) do
      process.send(player, "go", trips * i // PAIRS - trips * (i - 1) // PAIRS)
    end
    local answered = 0
    for _ = 1, PAIRS do answered = answered + inbox:receive():payload():data() end
    return 2 * answered
  end)
end

return { main = main }
