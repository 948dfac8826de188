local check = require("check")

return { main = function()
  local host = check.host()
  check.raises("bad argument #1 to 'with_context' %(table expected, got no value%)", process.with_context)
  check.raises("bad argument #1 to 'with_context'", process.with_context, "x")
  check.raises("bad argument #1 to 'with_options' %(table expected", process.with_options, 5)
  check.raises("a key that is a number", process.with_context, { "x" })
  check.raises("a key that is a boolean", process.with_options, { [true] = 1 })
  check.raises("cannot send a function", process.with_context, { f = print })

  local builder = process.with_context({ a = 1 })
  check.raises("name cannot be empty", builder.with_name, builder, "")
  check.raises("bad argument #1 to 'with_name'", builder.with_name, builder)
  check.raises("bad argument #1 to 'with_actor'", builder.with_actor, builder, nil)
  check.raises("bad argument #1 to 'with_scope'", builder.with_scope, builder, nil)
  check.raises("bad argument #1 to 'with_actor'", builder.with_actor, builder, "user")
  check.raises("cannot send to @ topics", builder.with_message, builder, "@pid/inbox", 1)
  check.raises("topic cannot be empty", builder.with_message, builder, "")
  check.raises("bad argument #1 to 'with_message'", builder.with_message, builder)
  check.raises("cannot send a function %(argument 2%)", builder.with_message, builder, "topic", 1, print)
  check.raises("process.Spawner expected", builder.with_name, {}, "x")
  check.raises("process.Spawner expected", builder.spawn, {}, "app:child", host)

  for _, variant in ipairs { "spawn", "spawn_monitored", "spawn_linked", "spawn_linked_monitored" } do
    local spawn = builder[variant]
    check.failed("Invalid", variant .. " requires at least id and host arguments", spawn(builder, "app:child"))
    check.raises("bad argument #1 to '" .. variant .. "'", spawn, builder, nil, host)
    check.failed("NotFound", "host not found", spawn(builder, "app:child", "app:nowhere"))
    check.failed("NotFound", "factory not found", spawn(builder, "app:missing", host))
    check.failed("Invalid", "cannot send a function (argument 1)", spawn(builder, "app:child", host, print))
  end
  check.failed("Invalid", "exec requires id and host arguments", builder:exec("app:child"))
  check.failed("Unavailable", "network app:mesh is not available", process.with_options({ network = "app:mesh" }):spawn("app:child", host))
  check.equal(check.ok(builder:with_options({ anything = true }):exec("app:child", host, 7)), 7)
end }

-- @process child
return { main = function(value) return value end }
