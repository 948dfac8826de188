local check = require("check")

return { main = function()
  local me = process.pid()
  local host = check.host()
  local usage = "send requires at least destination and topic arguments"
  check.failed("Invalid", usage, process.send())
  check.failed("Invalid", usage, process.send(me))
  check.failed("Invalid", usage, process.send(me, nil))
  check.failed("Invalid", "cannot send to @ topics", process.send(me, "@pid/events"))
  check.raises("bad argument #1", process.send, nil, "topic")
  check.raises("bad argument #1", process.send, {}, "topic")
  check.raises("bad argument #2", process.send, me, {})

  check.failed("NotFound", "could not resolve 'nobody' as PID or registered name", process.send("nobody", "t"))
  check.failed("NotFound", "could not resolve '' as PID or registered name", process.send("", "t"))
  check.failed("NotFound", "could not resolve '{|}' as PID or registered name", process.send("{|}", "t"))
  check.failed("NotFound", "process not found", process.send("{" .. host .. "|0xfffff}", "t"))
  check.failed("NotFound", "host not found", process.send("{app:nowhere|0x00001}", "t"))
  check.failed("NotFound", "node not found", process.send("{mars@" .. host .. "|0x00001}", "t"))
  local _, err = process.send("nobody", "t")
  check.equal(err:retryable(), false)
end }
