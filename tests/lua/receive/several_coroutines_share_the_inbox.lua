local check = require("check")

return { main = function()
  local me = process.pid()
  local inbox, got = process.inbox(), channel.new(30)
  for worker = 1, 3 do
    coroutine.spawn(function()
      while true do
        local msg = inbox:receive()
        got:send({ worker = worker, n = msg:payload():data() })
      end
    end)
  end
  for i = 1, 30 do process.send(me, "job", i) end
  local seen, workers = {}, {}
  for _ = 1, 30 do
    local item = got:receive()
    check.equal(seen[item.n], nil)
    seen[item.n] = true
    workers[item.worker] = true
  end
  check.yes(workers[1] and workers[2] and workers[3])
end }
