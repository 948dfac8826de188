-- Two processes, one message under way at any time; n round trips.
local function main(n, host)
  local inbox = process.inbox()
  local echo, err = process.spawn("bench:echo", host)
  if err then error(err) end
  return measure(n, function(trips)
    local answered = 0
    for i = 1, trips do
      process.send(echo, "ping", { op = "ping", n = i })
      if inbox:receive():payload():data().n == i then answered = answered + 1 end
    end
    return answered
  end)
end

return { main = main }
