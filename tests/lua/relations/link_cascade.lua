local check = require("check")

return { main = function()
  check.ok(process.registry.register("root"))
  local first = check.spawn_monitored("link", 4)
  local chain = {}
  for i = 1, 5 do chain[i] = process.inbox():receive():payload():data() end
  for i = 1, 5 do
    if chain[i] ~= first then check.ok(process.monitor(chain[i])) end
  end
  process.send(chain[5], "fail")
  local ended = {}
  for _ = 1, 5 do
    local event = process.events():receive()
    ended[event.from] = tostring(event.result.error)
  end
  for i = 1, 4 do check.equal(ended[chain[i]], "linked process failed") end
  check.matches(ended[chain[5]], "broken")
end }

-- @process link
return { main = function(more)
  process.send("root", "up", process.pid())
  if more > 0 then process.spawn_linked("app:link", process.pid():match("([^{@]+)|"), more - 1) end
  process.inbox():receive()
  error("broken")
end }
