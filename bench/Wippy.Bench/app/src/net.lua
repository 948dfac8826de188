-- On the system node: receives what a sender on the user node sends, and acknowledges the last message.
local function main(n, host)
  local inbox = process.inbox()
  local sender, err = process.spawn("bench:netsender", "bench:user", process.pid())
  if err then error(err) end
  return measure(n, function(messages)
    process.send(sender, "go", messages)
    local count = 0
    for i = 1, messages do
      if inbox:receive():payload():data().n == i then count = count + 1 end
    end
    process.send(sender, "done")
    return count
  end)
end

return { main = main }
