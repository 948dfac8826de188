local check = require("check")

local function main()
  check.equal(select("#", process.pid()), 1)
  check.matches(process.pid(), "^{app:[%w#.]+|0x%x%x%x%x%x+}$")
  check.equal(type(process.pid()), "string")
  check.equal(process.pid(), process.pid())
  check.equal(process.id(), "app:test")

  local pid = check.spawn_monitored("child")
  local told = check.exit_of(pid).value
  check.equal(told.pid, pid)
  check.equal(told.id, "app:child")
end

return { main = main }

-- @process child
return { main = function() return { pid = process.pid(), id = process.id() } end }
