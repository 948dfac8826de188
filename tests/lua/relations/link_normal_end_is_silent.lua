local check = require("check")

return { main = function()
  local time = require("time")
  for _, host in ipairs { "value", "nothing" } do
    check.ok(process.spawn_linked("app:child", check.host(), host))
  end
  time.sleep("50ms")
  process.set_options({ trap_links = true })
  check.ok(process.spawn_linked("app:child", check.host(), "value"))
  local deadline = time.after("50ms")
  check.yes(channel.select { process.events():case_receive(), deadline:case_receive() }.channel == deadline)
end }

-- @process child
return { main = function(what) if what == "value" then return 1 end end }
