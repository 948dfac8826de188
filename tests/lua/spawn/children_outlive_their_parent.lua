local check = require("check")

return { main = function()
  local middle = check.spawn_monitored("middle", process.pid())
  local grandchild = check.exit_of(middle).value
  check.ok(process.send(grandchild, "ping"))
  check.equal(process.inbox():receive():topic(), "pong")
end }

-- @process middle
return { main = function(root)
  return (process.spawn("app:grandchild", process.pid():match("([^{@]+)|"), root))
end }

-- @process grandchild
return { main = function(root)
  process.inbox():receive()
  process.send(root, "pong")
end }
