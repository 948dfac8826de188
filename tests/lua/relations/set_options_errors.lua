local check = require("check")

local function refused(message, ok, err)
  check.equal(ok, false)
  check.equal(err:message(), message)
  check.equal(err:kind(), errors.INVALID)
end

return { main = function()
  refused("options parameter must be a table", process.set_options())
  refused("options parameter must be a table", process.set_options("trap_links"))
  refused("trap_links must be a boolean", process.set_options({ trap_links = "yes" }))
  refused("option speed is not supported", process.set_options({ speed = 1 }))
  refused("upgradable must be a boolean", process.set_options({ upgradable = 1 }))
  check.equal(process.get_options().trap_links, false)
  -- Valid keys count even beside unknown ones; other keys are ignored.
  refused("option speed is not supported", process.set_options({ speed = 1, trap_links = true }))
  check.equal(process.get_options().trap_links, true)
  check.equal(process.set_options({ [1] = "x" }), true)
  check.equal(process.set_options({ upgradable = true, trap_links = false }), true)
  check.same(process.get_options(), { trap_links = false, upgradable = true })
end }
