local check = require("check")

return { main = function()
  local child = check.spawn("child")
  check.equal(process.monitor(child), true)
  check.failed("Internal", "already monitoring pid", process.monitor(child))
  process.send(child, "end", "done")
  local event = process.events():receive()
  check.equal(event.kind, process.event.EXIT)
  check.equal(event.from, child)
  check.equal(type(event.at), "number")
  check.equal(event.reason, nil)
  check.equal(type(event.result), "table")
  check.equal(event.result.value, "done")
  check.equal(event.result.error, nil)
  check.failed("Internal", "pid not registered", process.monitor(child))
  check.failed("Internal", "pid not registered", process.monitor((child:gsub("0x%x+", "0xfffff"))))
  check.failed("NotFound", "could not resolve 'nobody' as PID or registered name", process.monitor("nobody"))
  check.raises("bad argument #1 to 'monitor'", process.monitor)

  -- Exactly one EXIT per monitor.
  local time = require("time")
  local deadline = time.after("100ms")
  check.yes(channel.select { process.events():case_receive(), deadline:case_receive() }.channel == deadline)
end }

-- @process child
return { main = function() return process.inbox():receive():payload():data() end }
