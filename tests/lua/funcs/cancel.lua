local check = require("check")
local funcs = require("funcs")

return { main = function()
  -- A running call ends; so does one that waits for its turn, and one that sits in a loop.
  for _, what in ipairs({ "wait", "loop" }) do
    process.registry.register("test")
    local future = check.ok(funcs.async("app:busy", what))
    local queued = check.ok(funcs.async("app:busy", what))
    local pid = process.inbox():receive():from()
    check.ok(process.monitor(pid))
    check.equal(queued:cancel(), true)
    check.equal(future:cancel(), true)
    check.equal(future:cancel(), false)
    for _, f in ipairs({ future, queued }) do
      check.equal(f:is_canceled(), true)
      check.equal(f:is_complete(), true)
      check.equal(f:result(), nil)
      local value, ok = f:channel():receive()
      check.equal(value, nil)
      check.equal(ok, false)
    end
    check.equal(check.exit_of(pid).error:kind(), "Canceled")
    -- Its place is free again.
    check.equal(funcs.call("app:busy"), "done")
  end
end }

-- @function busy pool.type=static pool.workers=1
return { main = function(what)
  if what then process.send("test", "running") end
  if what == "wait" then process.inbox():receive() end
  while what == "loop" do end
  return "done"
end }
