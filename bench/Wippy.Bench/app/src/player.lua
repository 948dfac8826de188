local function main(host, home)
  local inbox = process.inbox()
  local echo, err = process.spawn("bench:echo", host)
  if err then error(err) end
  while true do
    local answered = 0
    for i = 1, inbox:receive():payload():data() do
      process.send(echo, "ping", { op = "ping", n = i })
      if inbox:receive():payload():data().n == i then answered = answered + 1 end
    end
    process.send(home, "done", answered)
  end
end

return { main = main }
