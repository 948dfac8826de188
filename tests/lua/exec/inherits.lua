-- What is executed has the context values of its caller, and arguments and result are copies.
local check = require("check")

return { main = function()
  local host = check.host()
  local given = { list = { 1 } }
  local result = check.ok(process.with_context({ who = "me" }):exec("app:outer", host, host, given))
  check.same(result, { who = "me", list = { 1, 2 } })
  check.same(given, { list = { 1 } })
end }

-- @process outer
return { main = function(host, given) return process.exec("app:inner", host, given) end }

-- @process inner
local ctx = require("ctx")
return { main = function(given)
  given.list[2] = 2
  return { who = ctx.get("who"), list = given.list }
end }
