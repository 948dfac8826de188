local check = require("check")
local time = require("time")

return { main = function()
  local host = check.host()
  local builder = process.with_context({}):with_name("counter"):with_message("add", 5)
  local pid = check.ok(builder:spawn_monitored("app:counter", host, 100))
  check.equal(check.ok(process.registry.lookup("counter")), pid)

  -- Taken: nothing is started, the message goes to the owner, no relation is made, the arguments mean nothing.
  local again = check.ok(builder:spawn_linked_monitored("app:counter", host, 1000))
  check.equal(again, pid)
  check.ok(process.send(pid, "done"))
  check.equal(check.exit_of(pid).value, 110)
  local deadline = time.after("1s")
  local r = channel.select { process.events():case_receive(), deadline:case_receive() }
  check.yes(r.channel == deadline)

  -- Free again: a new one.
  local third = check.ok(builder:spawn_monitored("app:counter", host, 0))
  check.yes(third ~= pid)
  check.ok(process.send("counter", "done"))
  check.equal(check.exit_of(third).value, 5)

  -- A name whose process could not be started is free.
  check.failed("NotFound", "factory not found", builder:spawn("app:missing", host))
  local broken = process.with_options({}):with_name("broken")
  check.equal(broken:spawn("app:broken", host), nil)
  check.equal(process.registry.lookup("broken"), nil)
end }

-- @process counter
return { main = function(start)
  local inbox = process.inbox()
  while true do
    local msg = inbox:receive()
    if msg:topic() == "done" then return start end
    start = start + msg:payload():data()
  end
end }

-- @process broken
error("broken")
