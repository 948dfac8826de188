local check = require("check")
local time = require("time")

-- Coroutines, timers, subscriptions and answers under way belong to the old program.
return { main = function()
  check.ok(process.registry.register("root"))
  local pid = check.spawn_monitored("before")
  check.equal(check.exit_of(pid).value, "nothing came")
  local deadline = time.after("5s")
  local r = channel.select { process.inbox():case_receive(), deadline:case_receive() }
  check.yes(r.channel == deadline)
end }

-- @process before
local time = require("time")
return { main = function()
  local ticker = time.ticker("1ms")
  coroutine.spawn(function()
    time.sleep("10ms")
    process.send("root", "still here")
  end)
  coroutine.spawn(function()
    process.exec("app:slow", process.pid():match("([^{@]+)|"))
    process.send("root", "still here")
  end)
  process.listen("topic")
  time.sleep("1ms")
  process.upgrade("app:after")
end }

-- @process after
local time = require("time")
return { main = function()
  process.send(process.pid(), "topic", 1)
  local msg = process.inbox():receive()   -- not the listener of the old program
  if msg:topic() ~= "topic" then return msg:topic() end
  -- Operations of this program have numbers of their own.
  for _ = 1, 20 do time.sleep("10ms") end
  local child = process.exec("app:slow", process.pid():match("([^{@]+)|"))
  return child == "slow" and "nothing came" or tostring(child)
end }

-- @process slow
local time = require("time")
return { main = function()
  time.sleep("50ms")
  return "slow"
end }
