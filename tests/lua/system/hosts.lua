local check = require("check")
local system = require("system")

return { main = function()
  local child = check.spawn_monitored("child")
  process.send(child, "hello")
  local ids = {}
  for _, host in ipairs(check.ok(system.hosts.list())) do
    for _, field in ipairs { "workers", "processes", "executed", "stolen", "queue_depth" } do check.equal(math.type(host[field]), "integer", field) end
    check.yes(host.workers >= 1)
    ids[host.id] = host
  end
  check.yes(ids["app:user"] and ids["app:system"] and ids["app:terminal"])
  check.equal(ids[check.host()].processes, 2)

  local found
  local list = check.ok(system.hosts.processes(check.host()))
  check.equal(#list, 2)
  for _, p in ipairs(list) do
    if p.pid == child then found = p end
  end
  check.equal(found.host, check.host())
  check.equal(found.source, "app:child")
  check.equal(found.parent, process.pid())
  check.equal(found.actor_id, nil)
  check.matches(found.state, "^%l+$")
  check.equal(math.type(found.steps), "integer")
  check.equal(found.started_at, require("time").now():unix_nano())
  check.failed(errors.NOT_FOUND, "host not found: app:nothing", system.hosts.processes("app:nothing"))
  check.failed(errors.NOT_FOUND, "host not found: x", system.hosts.processes("x"))
  check.raises("bad argument #1 to 'processes' %(string expected, got no value%)", system.hosts.processes)

  check.failed(errors.NOT_FOUND, "service not found: app:test", system.supervisor.state("app:test"))
  check.same(check.ok(system.supervisor.states()), {})
end }

-- @process child
return { main = function() process.inbox():receive() process.inbox():receive() end }
