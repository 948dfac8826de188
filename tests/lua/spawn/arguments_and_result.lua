local check = require("check")

return { main = function()
  local pid = check.spawn_monitored("child", 1, nil, { deep = { "x" } }, "last")
  check.matches(pid, "^{[^|]-" .. check.host() .. "|0x%x+}$")
  check.same(check.exit_of(pid).value, { count = 4, first = 1, third = { deep = { "x" } }, last = "last" })
end }

-- @process child
return { main = function(...)
  local a, _, c, d = ...
  return { count = select("#", ...), first = a, third = c, last = d }
end }
