local check = require("check")
local funcs = require("funcs")

return { main = function()
  -- A wrapper that is an argument itself stands for its value, in whatever format it is.
  local p = payload.new({ n = 1 })
  local json = check.ok(p:transcode(payload.format.JSON))
  check.same(check.ok(funcs.call("app:echo", json)), { n = 1 })
  local inbox = process.inbox()
  process.send(process.pid(), "t", p, json, payload.new(nil))
  local payloads = inbox:receive():payload()
  check.same(payloads[1]:data(), { n = 1 })
  check.same(payloads[2]:data(), { n = 1 })
  check.equal(payloads[3]:data(), nil)
  check.equal(payloads[2]:get_format(), payload.format.LUA)
  -- What came is passed on as it is.
  process.send(process.pid(), "t", payloads[1])
  check.same(inbox:receive():payload():data(), { n = 1 })
  -- Inside a table it is nothing.
  process.send(process.pid(), "t", { p = p, n = 2 })
  check.same(inbox:receive():payload():data(), { n = 2 })
  -- An error is one at the other end.
  process.send(process.pid(), "t", payload.new(errors.new("no")))
  local e = inbox:receive():payload()
  check.equal(e:get_format(), payload.format.ERROR)
  check.equal(e:data():message(), "no")
end }

-- @function echo
return { main = function(...) return ... end }
