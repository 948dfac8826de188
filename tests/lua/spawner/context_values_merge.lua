-- A builder begins with the values of its process; later ones replace earlier ones.
local check = require("check")

return { main = function()
  local host = check.host()
  local base = process.with_context({ a = 1, b = 1 })
  local more = base:with_context({ b = 2, c = { 3 } })
  check.same(check.ok(more:exec("app:child", host, host)), { own = { a = 1, b = 2, c = { 3 } }, childs = { a = 1, b = 2, c = { 3 }, d = 4 } })
  check.same(check.ok(base:exec("app:leaf", host)), { a = 1, b = 1 })
  check.same(check.ok(process.with_options({}):exec("app:leaf", host)), {})
end }

-- @process child
local ctx = require("ctx")
return { main = function(host) return { own = ctx.all(), childs = process.with_context({ d = 4 }):exec("app:leaf", host) } end }

-- @process leaf
local ctx = require("ctx")
return { main = function() return ctx.all() end }
