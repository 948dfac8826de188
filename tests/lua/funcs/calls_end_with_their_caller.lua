local check = require("check")
local funcs = require("funcs")

return { main = function()
  process.registry.register("test")
  for _, how in ipairs({ "terminate", "return", "raise", "call" }) do
    local caller = check.spawn_monitored("caller", how)
    local callee = process.inbox():receive():from()
    check.ok(process.monitor(callee))
    if how == "terminate" then process.terminate(caller) else process.send(caller, "go") end
    local ended = {}
    for _ = 1, 2 do
      local event = process.events():receive()
      ended[event.from] = event.result
    end
    check.yes(ended[caller], how)
    check.equal(ended[callee].error:kind(), "Canceled", how)
  end
end }

-- @process caller
local funcs = require("funcs")
return { main = function(how)
  if how == "terminate" then return funcs.call("app:callee") end
  if how == "call" then
    -- The call of a call goes, too.
    local future = funcs.async("app:between")
    process.inbox():receive()
    return future:cancel()
  end
  funcs.async("app:callee")
  process.inbox():receive()
  if how == "raise" then error("over") end
end }

-- @function between
local funcs = require("funcs")
return { main = function() return funcs.call("app:callee") end }

-- @function callee
return { main = function()
  process.send("test", "running")
  process.inbox():receive()
end }
