local check = require("check")
local funcs = require("funcs")
local time = require("time")

-- The same instance serves both calls; what the first one left behind must not be seen by the second.
return { main = function()
  local first = check.ok(funcs.call("app:messy", "leave"))
  process.send(first.child, "go")
  check.equal(funcs.call("app:messy", "look"), "clean")
  check.equal(funcs.call("app:messy", "look"), "clean")
end }

-- @function messy pool.type=static pool.workers=1
local check = require("check")
local time = require("time")
local generator = coroutine.create(function()
  for i = 1, 10 do coroutine.yield(i) end
end)
local left = {}
local calls = 0

local function leave()
  check.equal(process.set_options({ trap_links = true }), true)
  local child = check.ok(process.spawn_linked_monitored("app:child", check.host()))
  check.ok(process.registry.register("messy"))
  left.inbox, left.events, left.topic = process.inbox(), process.events(), process.listen("topic")
  left.after, left.ticker = time.after("1ms"), time.ticker("1ms")
  left.own = channel.new()
  left.waits = coroutine.spawn(function() left.own:receive() error("must not go on") end)
  left.sleeps = coroutine.spawn(function() time.sleep("2ms") error("must not go on") end)
  left.inner = coroutine.create(function() time.sleep("2ms") error("must not go on") end)
  coroutine.spawn(function() coroutine.resume(left.inner) error("must not go on") end)
  coroutine.spawn(function()
    local closed <close> = setmetatable({}, { __close = function() left.closed = true while true do end end })
    left.own:receive()
  end)
  process.send(process.pid(), "late", 1)
  process.send(process.pid(), "topic", 1)
  time.sleep("1ms")
  check.equal(select(2, coroutine.resume(generator)), 1)
  return { child = child }
end

local function look()
  -- Its options and its mail are its own.
  check.equal(process.get_options().trap_links, false)
  check.failed("NotFound", "name not registered", process.registry.lookup("messy"))
  local r = channel.select({ process.inbox():case_receive(), process.events():case_receive(), process.listen("topic"):case_receive(), default = true })
  check.equal(r.default, true)
  -- What the runtime filled is closed.
  for _, name in ipairs({ "inbox", "events", "topic", "after" }) do
    local value, ok = left[name]:receive()
    check.equal(value, nil, name)
    check.equal(ok, false, name)
  end
  -- Coroutines that waited are dead, generators are not.
  for _, name in ipairs({ "waits", "sleeps", "inner" }) do
    check.equal(coroutine.status(left[name]), "dead", name)
    check.equal(coroutine.resume(left[name]), false, name)
  end
  check.equal(select(2, coroutine.resume(generator)), calls)
  -- Nobody waits on the old channel, so a send waits.
  r = channel.select({ left.own:case_send(1), default = true })
  check.equal(r.default, true)
  check.equal(left.closed, nil)
  time.sleep("10ms")
  return "clean"
end

return { main = function(what)
  calls = calls + 1
  if what == "leave" then return leave() end
  return look()
end }

-- @process child
return { main = function()
  process.inbox():receive()
  error("of no concern to anybody")
end }
