local check = require("check")

return { main = function()
  check.equal(("abc"):upper(), "ABC")
  check.equal(("x"):rep(3), "xxx")
  check.equal(#("abc"), 3)
  check.equal(("abc").nothing, nil)
  check.equal(("a,b"):find(",", 1, true), 2)
end }
