-- Many senders, one receiver, which is this process; n messages, each with a number.
local SENDERS = 1000

local function main(n, host)
  local inbox = process.inbox()
  local self = process.pid()
  local senders = {}
  for i = 1, SENDERS do
    local pid, err = process.spawn("bench:sender", host, self)
    if err then error(err) end
    senders[i] = pid
  end
  return measure(n, function(count)
    for i, sender in ipairs(senders) do
      process.send(sender, "go", count * i // SENDERS - count * (i - 1) // SENDERS)
    end
    local sum = 0
    for _ = 1, count do sum = sum + inbox:receive():payload():data() end
    return sum
  end)
end

return { main = main }
