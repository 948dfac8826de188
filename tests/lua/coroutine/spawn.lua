local check = require("check")

return { main = function()
  local time = require("time")
  local order = {}
  local thread = coroutine.spawn(function(...)
    order[#order + 1] = "first"
    check.equal(select("#", ...), 0)
    return "dropped"
  end)
  coroutine.spawn(function() order[#order + 1] = "second" end)
  order[#order + 1] = "spawner"
  check.equal(type(thread), "thread")
  time.sleep("1ms")
  check.same(order, { "spawner", "first", "second" })
  check.equal(coroutine.status(thread), "dead")
  check.raises("bad argument #1 to 'spawn'", coroutine.spawn)
  check.raises("bad argument #1 to 'spawn'", coroutine.spawn, 5)
end }
