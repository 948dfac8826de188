local check = require("check")
local funcs = require("funcs")
local ctx = require("ctx")

return { main = function()
  check.same(ctx.all(), {})
  check.failed("NotFound", "key not found: a", ctx.get("a"))
  check.failed("Invalid", "key cannot be empty", ctx.get(""))

  -- To a child, to its child, to what it executes and to what it calls.
  local pid = check.ok(process.with_context({ a = 1, list = { 1, 2 } }):spawn_monitored("app:child", check.host(), check.host()))
  check.same(check.exit_of(pid).value, {
    own = { a = 1, list = { 1, 2 } },
    executed = { a = 1, list = { 1, 2 } },
    called = { a = 1, list = { 1, 2 } },
    more = { a = 2, b = true, list = { 1, 2 } },
  })
  check.same(ctx.all(), {})
end }

-- @process child
local funcs = require("funcs")
local ctx = require("ctx")
return { main = function(host)
  local list = ctx.get("list")
  list[3] = 3   -- a copy
  return {
    own = ctx.all(),
    executed = process.exec("app:look", host),
    called = funcs.call("app:looks"),
    more = funcs.new():with_context({ a = 2, b = true }):call("app:looks"),
  }
end }

-- @process look
local ctx = require("ctx")
return { main = function() return ctx.all() end }

-- @function looks
local ctx = require("ctx")
return { main = function() return ctx.all() end }
