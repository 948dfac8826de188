local check = require("check")

return { main = function()
  check.equal(type(logger), "userdata")
  check.yes(require("logger") == logger)
  for _, level in ipairs { "debug", "info", "warn", "error" } do
    check.equal(select("#", logger[level](logger, "text")), 0)
    check.equal(select("#", logger[level](logger, "text", { n = 1, s = "x", t = { 1 }, f = print, e = errors.new("e") })), 0)
    check.raises("logger:" .. level, logger[level], "text")
    check.raises("bad argument", logger[level], logger)
  end
  local derived = logger:with({ a = 1 }):named("x"):with({ b = 2 })
  check.equal(select("#", derived:info("text")), 0)
  check.raises("bad argument #1 to 'with'", function() logger:with("x") end)
  check.raises("bad argument #1 to 'named'", function() logger:named({}) end)
end }
