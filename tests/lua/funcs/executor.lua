local check = require("check")
local funcs = require("funcs")
local security = require("security")

return { main = function()
  local plain = funcs.new()
  check.equal(check.ok(plain:call("app:look")).actor, nil)
  check.equal(plain:async("app:look"):channel():receive():data().a, nil)

  -- Values are merged, and every method gives another executor.
  local one = check.ok(plain:with_context({ a = 1, b = { 2 } }))
  local two = check.ok(one:with_context({ a = 3 }))
  check.same(check.ok(one:call("app:look")), { a = 1, b = { 2 } })
  check.same(check.ok(two:call("app:look")), { a = 3, b = { 2 } })
  check.same(check.ok(plain:call("app:look")), {})
  check.same(two:async("app:look"):channel():receive():data(), { a = 3, b = { 2 } })
  -- Calls of calls inherit.
  check.same(check.ok(two:call("app:between")), { a = 3, b = { 2 } })

  check.equal(check.ok(check.ok(plain:with_options({ anything = true })):call("app:echo", 7)), 7)
  check.failed("Invalid", "function ID required", plain:call(""))
  check.failed("NotFound", "no handler registered for target", plain:call("app:unknown"))
  check.raises("table expected, got no value", plain.with_context, plain)
  check.raises("a key that is a number", plain.with_context, plain, { 1 })
  check.raises("begin with @ belong to the runtime", plain.with_context, plain, { ["@http"] = 1 })
  check.raises("cannot send a function", plain.with_context, plain, { f = print })
  check.raises("security.Actor expected, got no value", plain.with_actor, plain)
  check.raises("security.Scope expected, got table", plain.with_scope, plain, {})
  check.raises("table expected, got no value", plain.with_options, plain)
  check.raises("funcs.Executor expected, got table", plain.call, {}, "app:look")
  check.raises("string expected, got no value", plain.call, plain)

  local actor = security.new_actor("user:1", { role = "tester" })
  if check.host() == "app:user" then
    -- In the user zone nobody acts as somebody else, unless a scope of his own says so.
    check.failed("PermissionDenied", "not allowed to call with custom security context", plain:with_actor(actor))
    check.failed("PermissionDenied", "not allowed to call with custom security context", plain:with_scope(security.new_scope()))
    return
  end
  local acting = check.ok(two:with_actor(actor))
  check.same(check.ok(acting:call("app:look")), { a = 3, b = { 2 }, actor = "user:1", role = "tester" })
  check.same(check.ok(acting:call("app:between")), { a = 3, b = { 2 }, actor = "user:1", role = "tester" })
  -- An empty scope allows nothing, neither to call on nor to change the executor.
  local nothing = check.ok(acting:with_scope(security.new_scope()))
  check.failed("PermissionDenied", "not allowed: app:look", nothing:call("app:between"))
  check.same(check.ok(nothing:call("app:tries")), {
    "PermissionDenied not allowed to call with custom context",
    "PermissionDenied not allowed to call with custom security context",
    "PermissionDenied not allowed to call with custom security context",
  })

end }

-- @function look
local ctx = require("ctx")
local security = require("security")
return { main = function()
  local seen = ctx.all()
  local actor = security.actor()
  if actor then
    seen.actor = actor:id()
    seen.role = actor:meta().role
  end
  return seen
end }

-- @function between
local funcs = require("funcs")
return { main = function() return funcs.call("app:look") end }

-- @function echo
return { main = function(...) return ... end }

-- @function tries
local funcs = require("funcs")
local security = require("security")
return { main = function()
  local seen = {}
  local executor = funcs.new()
  for i, try in ipairs({
    function() return executor:with_context({ a = 1 }) end,
    function() return executor:with_actor(security.actor()) end,
    function() return executor:with_scope(security.scope()) end,
  }) do
    local value, err = try()
    if value then return nil, "no refusal" end
    seen[i] = err:kind() .. " " .. err:message()
  end
  return seen
end }
