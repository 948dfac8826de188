local check = require("check")

return { main = function()
  check.same(process.get_options(), { trap_links = false })
  check.equal(process.set_options({ trap_links = true }), true)
  check.same(process.get_options(), { trap_links = true })

  local child = check.ok(process.spawn_linked("app:child", check.host()))
  local event = process.events():receive()
  check.equal(event.kind, process.event.LINK_DOWN)
  check.equal(event.from, child)
  check.matches(event.result.error, "failed")
  check.equal(event.result.value, nil)

  -- A link that is gone cannot fail again: the same child is no longer linked.
  check.equal(process.unlink(child), true)
end }

-- @process child
return { main = function() error("failed") end }
