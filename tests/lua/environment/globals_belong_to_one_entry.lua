local check = require("check")
local lib = require("lib")

return { main = function()
  leaked = "from main"
  check.equal(_G.leaked, "from main")
  check.equal(lib.seen(), nil)
  check.equal(from_library, nil)
  check.equal(lib.own(), "library")

  -- A library sees only what it lists.
  check.equal(lib.modules().time, "nil")
  check.equal(lib.modules().logger, "nil")
  check.equal(lib.modules().process, "table")
  check.equal(lib.modules().errors, "table")
  check.matches(lib.require_time(), "module 'time' not found")

  -- One instance per process, a fresh one in the next.
  lib.counter = (lib.counter or 0) + 1
  check.equal(require("lib").counter, 1)
  check.yes(require("lib") == lib)
  local child = check.spawn_monitored("child")
  check.equal(check.exit_of(child).value, 1)
end }

-- @library lib
from_library = "library"
return {
  seen = function() return leaked end,
  own = function() return from_library end,
  modules = function() return { time = type(time), logger = type(logger), process = type(process), errors = type(errors) } end,
  require_time = function() return select(2, pcall(require, "time")) end,
}

-- @process child
return { main = function()
  lib.counter = (lib.counter or 0) + 1
  return lib.counter
end }
