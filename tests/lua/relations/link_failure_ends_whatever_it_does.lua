-- Without trap_links a failure ends the linked process, whether it looks at its events or not.
local check = require("check")

return { main = function()
  for _, how in ipairs { "sleeps", "computes", "waits for a message", "waits on a channel", "executes", "looks at its events", "traps too late" } do
    local pid = check.spawn_monitored("parent", how, check.host())
    check.equal(check.exit_of(pid).error:message(), "linked process failed", how)
  end
end }

-- @process parent
local time = require("time")
return { main = function(how, host)
  assert(process.spawn_linked("app:fails", host))
  if how == "sleeps" then time.sleep("1h") end
  if how == "computes" then while true do end end
  if how == "waits for a message" then process.inbox():receive() end
  if how == "waits on a channel" then channel.new():receive() end
  if how == "executes" then process.exec("app:waits", host) end
  if how == "looks at its events" then return process.events():receive().kind end
  if how == "traps too late" then
    time.sleep("50ms")
    process.set_options({ trap_links = true })
  end
  process.inbox():receive()
end }

-- @process fails
return { main = function() error("failed") end }

-- @process waits
return { main = function() process.inbox():receive() end }
