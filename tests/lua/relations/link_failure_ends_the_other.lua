local check = require("check")

return { main = function()
  check.ok(process.registry.register("root"))
  local one = check.spawn_monitored("waits")
  local other = check.spawn_monitored("links", one)
  process.inbox():receive()
  process.send(one, "fail")
  local results = {}
  for _ = 1, 2 do
    local event = process.events():receive()
    results[event.from] = event.result.error
  end
  check.matches(results[one], "told to fail")
  check.equal(results[other]:message(), "linked process failed")
  check.equal(results[other]:kind(), "Internal")
end }

-- @process waits
return { main = function()
  process.inbox():receive()
  error("told to fail")
end }

-- @process links
return { main = function(other)
  assert(process.link(other) == true)
  assert(process.link(other) == true)
  process.send("root", "linked")
  process.inbox():receive()
end }
