local check = require("check")

return { main = function()
  local inner = errors.new { message = "inner", kind = errors.TIMEOUT, retryable = true, details = { n = 1 } }
  local outer = errors.wrap(errors.wrap(inner, "while reading"), "while starting")
  check.equal(outer:message(), "inner")
  check.equal(outer:kind(), errors.TIMEOUT)
  check.equal(outer:retryable(), true)
  check.same(outer:details(), { n = 1 })
  check.matches(outer:stack(), "while starting\nwhile reading")
  check.equal(errors.wrap("text", "context"):message(), "text")
  check.raises("bad argument #1", errors.wrap, {}, "x")
  check.raises("bad argument #2", errors.wrap, inner)
  -- A kind of the program's own is kept as well.
  check.equal(errors.wrap(errors.new { message = "m", kind = "Custom" }, "context"):kind(), "Custom")
end }
