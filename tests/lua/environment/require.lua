-- @without json
local check = require("check")

return { main = function()
  check.yes(require("time") == time)
  check.yes(require("channel") == channel)
  check.yes(require("errors") == errors)
  check.yes(require("payload") == payload)
  check.yes(require("coroutine") == coroutine)
  check.yes(require("process") == process)
  for _, name in ipairs { "string", "table", "math", "os" } do check.yes(require(name) == _G[name], name) end
  check.raises("module 'json' not found", require, "json")
  check.raises("module 'app:test' not found", require, "app:test")
  check.raises("module '../x' not found", require, "../x")
  check.raises("bad argument #1 to 'require'", require)
  check.raises("bad argument #1 to 'require'", require, {})
end }
