local check = require("check")

local variants = { "spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored" }

return { main = function()
  local host = check.host()
  for _, variant in ipairs(variants) do
    local spawn = process[variant]
    local usage = variant .. " requires at least id and host arguments"
    check.failed("Invalid", usage, spawn())
    check.failed("Invalid", usage, spawn("app:child"))
    check.raises("bad argument #1 to '" .. variant .. "'", spawn, nil, host)
    check.raises("bad argument #2 to '" .. variant .. "'", spawn, "app:child", {})
    check.failed("NotFound", "host not found", spawn("app:child", "app:nowhere"))
    check.failed("NotFound", "host not found", spawn("app:child", "nonsense"))
    check.failed("NotFound", "factory not found", spawn("app:missing", host))
    check.failed("NotFound", "factory not found", spawn("nonsense", host))
    check.failed("NotFound", "factory not found", spawn("app:check", host))
    check.failed("NotFound", 'method "main" not found in module', spawn("app:without_method", host))
    check.failed("Invalid", "cannot send a function (argument 1)", spawn("app:child", host, print))

    local pid, err = spawn("app:broken", host)
    check.equal(pid, nil)
    check.equal(err:kind(), "Internal")
    check.equal(err:retryable(), false)
    check.matches(err, "^failed to execute script: app:broken:%d+: top level$")
    pid, err = spawn("app:unreadable", host)
    check.equal(pid, nil)
    check.equal(err:kind(), "Internal")
    check.matches(err, "^failed to execute script: app:unreadable:%d+:")
  end

  -- What failed to start is neither monitored nor linked.
  local time = require("time")
  local deadline = time.after("1s")
  local r = channel.select { process.events():case_receive(), deadline:case_receive() }
  check.yes(r.channel == deadline)
end }

-- @process child
return { main = function() end }

-- @process without_method
return { other = function() end }

-- @process broken
error("top level")

-- @process unreadable
this is not Lua
