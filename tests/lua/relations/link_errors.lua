local check = require("check")

return { main = function()
  local dead = check.spawn_monitored("child")
  check.exit_of(dead)
  check.failed("Internal", "pid not registered", process.link(dead))
  check.equal(process.unlink(dead), true)
  check.failed("NotFound", "could not resolve 'nobody' as PID or registered name", process.link("nobody"))
  check.raises("bad argument #1 to 'link'", process.link, nil)
  check.raises("bad argument #1 to 'unlink'", process.unlink, {})
end }

-- @process child
return { main = function() end }
