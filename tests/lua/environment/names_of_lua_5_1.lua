local check = require("check")

return { main = function()
  check.equal(table.getn({ 1, 2, 3 }), 3)
  check.equal(table.maxn({ 1, 2, [10] = 3, x = 4 }), 10)
  check.equal(table.maxn({}), 0)
  check.equal(math.type(table.maxn({ 1 })), "integer")
  check.same(table.create(3, 2), {})
  check.same(table.create(), {})
  check.same(table.create(1 << 60, -5), {})
  check.equal(unpack({ 7 }), 7)
  check.equal(select("#", unpack({ 1, nil, 3 }, 1, 3)), 3)
  check.raises("bad argument #1 to 'getn' %(table expected, got nil%)", table.getn)
  check.raises("bad argument #1 to 'maxn' %(table expected, got string%)", table.maxn, "x")

  check.equal(math.pow(2, 10), 1024)
  check.equal(math.atan2(0, -1), math.pi)
  check.equal(math.cosh(0) + math.sinh(0) + math.tanh(0), 1)
  check.equal(math.log10(1000), 3)
  check.equal(math.ldexp(0.5, 4), 8)
  local m, e = math.frexp(10)
  check.equal(m, 0.625)
  check.equal(e, 4)
  for _, x in ipairs { 0, -3.5, 1e-310, 1e300 } do
    local m, e = math.frexp(x)
    check.equal(math.ldexp(m, e), x)
  end
  check.equal(tostring(math.frexp(1 / 0)), "+Inf")
  check.raises("bad argument #2 to 'pow' %(number expected, got string%)", math.pow, 1, "x")
  check.raises("bad argument #1 to 'frexp' %(number expected, got nil%)", math.frexp, nil)

  local words = {}
  for word in string.gfind("a b", "%a") do words[#words + 1] = word end
  for word in ("c"):gfind("%a") do words[#words + 1] = word end
  check.same(words, { "a", "b", "c" })

  for _, name in ipairs { "pack", "move" } do check.equal(table[name], nil, name) end
  check.equal(math.mod(7, 3), 1)
  check.equal(math.mod(-7, 3), -1)
  check.raises("unable to dump given function", string.dump, function() end)
  check.equal(package.path, "")
  check.equal(next(package.loaded), nil)
end }
