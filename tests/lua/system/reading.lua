local check = require("check")
local system = require("system")

local function positive(value, err)
  check.equal(err, nil)
  check.equal(math.type(value), "integer")
  check.yes(value > 0)
end

return { main = function()
  positive(system.memory.allocated())
  positive(system.memory.heap_objects())
  positive(system.memory.get_limit())
  positive(system.gc.get_percent())
  positive(system.runtime.goroutines())
  positive(system.runtime.max_procs())
  positive(system.runtime.cpu_count())
  positive(system.process.pid())
  check.yes(#check.ok(system.process.hostname()) > 0)
  check.yes(#check.ok(system.process.cwd()) > 0)
  local stats = check.ok(system.memory.stats())
  for _, name in ipairs { "alloc", "total_alloc", "sys", "heap_alloc", "heap_sys", "heap_idle", "heap_in_use", "heap_released", "heap_objects", "stack_in_use", "stack_sys", "mspan_in_use", "mspan_sys", "num_gc", "next_gc" } do
    check.equal(math.type(stats[name]), "integer", name)
    check.yes(stats[name] >= 0, name)
  end
  check.yes(stats.alloc > 0 and stats.sys > 0 and stats.total_alloc > 0)

  local names = {}
  for _, module in ipairs(check.ok(system.modules())) do
    check.yes(#module.description > 0, module.name)
    check.equal(type(module.class), "table")
    names[module.name] = true
  end
  check.yes(names.system and names.time and names.process)
end }
