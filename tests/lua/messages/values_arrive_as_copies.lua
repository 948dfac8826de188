local check = require("check")

local function echo(...)
  process.send(process.pid(), "value", ...)
  local msg = process.inbox():receive()
  return msg:payload()
end

local function one(value) return echo(value):data() end

return { main = function()
  check.equal(one(nil), nil)
  check.equal(one(true), true)
  check.equal(one(false), false)
  check.equal(one(""), "")
  check.equal(one("\0\255\128 text"), "\0\255\128 text")
  check.equal(one(string.rep("x", 100000)), string.rep("x", 100000))

  for _, n in ipairs { 0, 1, -1, 127, 128, -32, -33, 255, 256, 65535, 65536, 2 ^ 32 | 0, math.maxinteger, math.mininteger } do
    check.equal(one(n), n)
    check.equal(math.type(one(n)), "integer")
  end
  for _, n in ipairs { 0.0, -0.5, 3.0, 1e300, math.huge, -math.huge } do
    check.equal(one(n), n)
    check.equal(math.type(one(n)), "float")
  end
  local nan = one(0 / 0)
  check.yes(nan ~= nan)

  check.same(one({}), {})
  check.same(one({ 1, 2, 3 }), { 1, 2, 3 })
  check.same(one({ a = 1, b = { c = { d = "deep" } } }), { a = 1, b = { c = { d = "deep" } } })
  check.same(one({ 1, 2, x = "mixed" }), { 1, 2, x = "mixed" })
  check.same(one({ [1] = "a", [3] = "gap" }), { [1] = "a", [3] = "gap" })
  check.same(one({ [-1] = "a", [0] = "b", [1.5] = "c", [true] = "d" }), { [-1] = "a", [0] = "b", [1.5] = "c", [true] = "d" })

  local original = { list = { 1 } }
  local copy = one(original)
  copy.list[1] = 2
  check.equal(original.list[1], 1)
end }
