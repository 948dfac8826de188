local check = require("check")
local security = require("security")

return { main = function()
  local host = check.host()
  local actor = security.new_actor("user:9", { role = "clerk" })
  if process.pid():find("app:user|", 1, true) then
    -- In the user zone nobody acts as somebody else, unless a scope of his own says so.
    local builder = process.with_options({})
    check.raises("not allowed to spawn with custom security context", builder.with_actor, builder, actor)
    check.raises("not allowed to spawn with custom security context", builder.with_scope, builder, security.new_scope())
    return
  end

  -- An actor alone: no rules are set, so the child may do what it likes, and its own child has the same actor.
  local acting = process.with_options({}):with_actor(actor)
  check.same(check.ok(acting:exec("app:who", host, true)), { id = "user:9", role = "clerk", scope = false, child = { id = "user:9", role = "clerk", scope = false } })

  -- With an empty scope it may do nothing.
  local bound = acting:with_scope(security.new_scope())
  check.same(check.ok(bound:exec("app:who", host, true)), { id = "user:9", role = "clerk", scope = true, child = "not allowed to exec process: app:who" })
  local child = check.ok(bound:spawn_monitored("app:who", host, false))
  check.same(check.exit_of(child).value, { id = "user:9", role = "clerk", scope = true })

  -- The builder it came from knows nothing of it, nor does this process.
  check.same(check.ok(process.with_options({}):exec("app:who", host, false)), { scope = false })
  check.equal(security.actor(), nil)
end }

-- @process who
local security = require("security")
return { main = function(ask)
  local actor = security.actor()
  local said = { id = actor and actor:id(), role = actor and actor:meta().role, scope = security.scope() ~= nil }
  if ask then
    local child, err = process.exec("app:who", process.pid():match("([^{@]+)|"), false)
    said.child = child or tostring(err)
  end
  return said
end }
