local check = require("check")
local system = require("system")

-- The user zone controls nothing.
local function user()
  check.failed(errors.PERMISSION_DENIED, "not allowed: system.exit", system.exit(3))
  check.failed(errors.PERMISSION_DENIED, "not allowed: system.gc gc", system.gc.collect())
  check.failed(errors.PERMISSION_DENIED, "not allowed: system.gc gc_percent", system.gc.set_percent(50))
  check.failed(errors.PERMISSION_DENIED, "not allowed: system.control memory_limit", system.memory.set_limit(1 << 40))
  check.failed(errors.PERMISSION_DENIED, "not allowed: system.control gomaxprocs", system.runtime.max_procs(1))
end

local function trusted()
  check.same({ system.gc.collect() }, { true })
  check.equal(system.gc.set_percent(50), 100)
  check.equal(system.gc.get_percent(), 50)
  check.equal(system.memory.set_limit(1 << 40), math.maxinteger)
  check.equal(system.memory.get_limit(), 1 << 40)
  check.equal(system.memory.set_limit(-1), 1 << 40, "a negative number only asks")
  check.equal(system.memory.set_limit(math.maxinteger), 1 << 40)
  local procs = system.runtime.max_procs()
  check.equal(system.runtime.max_procs(procs), procs)
  check.equal(select(2, system.runtime.max_procs(procs + 1)):kind(), errors.UNAVAILABLE)
  -- Nobody runs this node.
  check.failed(errors.UNAVAILABLE, "this runtime cannot be ended from inside", system.exit())
  check.failed(errors.INVALID, "exit code 256 (0 to 255)", system.exit(256))
end

return { main = function()
  if check.host() == "app:user" then user() else trusted() end
  check.raises("bad argument #1 to 'exit' %(whole number expected, got string%)", system.exit, "now")
end }
