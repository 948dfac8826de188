-- math.random: a generator per process, which may be seeded.
local check = require("check")

return { main = function()
  for _ = 1, 100 do
    local x, n, m = math.random(), math.random(6), math.random(-3, 3)
    check.yes(x >= 0 and x < 1)
    check.yes(math.type(n) == "integer" and n >= 1 and n <= 6)
    check.yes(m >= -3 and m <= 3)
  end
  check.equal(math.random(5, 5), 5)
  check.equal(math.type(math.random(0)), "integer")
  check.yes(math.random(math.mininteger, math.maxinteger))
  check.equal(math.random(math.maxinteger, math.maxinteger), math.maxinteger)

  math.randomseed(42)
  local first = { math.random(1000), math.random(1000), math.random() }
  math.randomseed(42)
  check.same({ math.random(1000), math.random(1000), math.random() }, first)

  check.raises("interval is empty", math.random, 0, -1)
  check.raises("interval is empty", math.random, -1)
  check.raises("number expected", math.random, "x")
  check.raises("no integer representation", math.random, 1.5)
end }
