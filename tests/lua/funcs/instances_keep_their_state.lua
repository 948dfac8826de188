local check = require("check")
local funcs = require("funcs")

return { main = function()
  -- One after the other they meet the same instance: its chunk has run once.
  check.same(funcs.call("app:counter"), { loaded = 1, count = 1 })
  check.same(funcs.call("app:counter"), { loaded = 1, count = 2 })
  check.same(funcs.call("app:counter"), { loaded = 1, count = 3 })
  -- nil, err is an answer like any other.
  check.equal(select(2, funcs.call("app:counter", "refuse")):message(), "refused")
  check.same(funcs.call("app:counter"), { loaded = 1, count = 5 })
  -- What an uncaught error left behind is not used again.
  check.matches(select(2, funcs.call("app:counter", "raise")), "raised")
  check.same(funcs.call("app:counter"), { loaded = 1, count = 1 })
  -- Two at a time are two instances.
  local inside = check.ok(funcs.async("app:counter", "wait"))
  check.same(funcs.call("app:counter"), { loaded = 1, count = 1 })
  check.same(inside:channel():receive():data(), { loaded = 1, count = 2 })
  -- A static pool of one is one instance: callers wait for it.
  local one, two = check.ok(funcs.async("app:single", "wait")), check.ok(funcs.async("app:single"))
  check.same(two:channel():receive():data(), { loaded = 1, count = 2 })
  check.same(one:channel():receive():data(), { loaded = 1, count = 1 })
  -- An inline one is fresh each time.
  check.same(funcs.call("app:fresh"), { loaded = 1, count = 1 })
  check.same(funcs.call("app:fresh"), { loaded = 1, count = 1 })
end }

-- @library counting
local count = 0
local loaded = 0
local counting = {}
function counting.load() loaded = loaded + 1 end
function counting.count()
  count = count + 1
  return { loaded = loaded, count = count }
end
return counting

-- @function counter
local counting = require("counting")
local time = require("time")
counting.load()
return { main = function(what)
  local counted = counting.count()
  if what == "refuse" then return nil, "refused" end
  if what == "raise" then error("raised") end
  if what == "wait" then time.sleep("5ms") end
  return counted
end }

-- @function single pool.type=static pool.workers=1
local counting = require("counting")
local time = require("time")
counting.load()
return { main = function(what)
  local counted = counting.count()
  if what == "wait" then time.sleep("5ms") end
  return counted
end }

-- @function fresh pool.size=4
local counting = require("counting")
counting.load()
return { main = function() return counting.count() end }
