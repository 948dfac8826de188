local check = require("check")

local function echo(value)
  process.send(process.pid(), "value", value)
  return process.inbox():receive():payload():data()
end

return { main = function()
  local shared = { n = 1 }
  local copy = echo({ a = shared, b = shared, list = { shared, shared } })
  check.yes(copy.a == copy.b and copy.a == copy.list[1] and copy.list[1] == copy.list[2])
  check.equal(copy.a.n, 1)
  check.yes(copy.a ~= shared)

  local cycle = { name = "x" }
  cycle.self = cycle
  cycle.inner = { up = cycle }
  copy = echo(cycle)
  check.yes(copy.self == copy and copy.inner.up == copy)
  check.equal(copy.name, "x")

  local ring = {}
  ring[1] = ring
  copy = echo(ring)
  check.yes(copy[1] == copy)

  -- Sharing is within one payload; two payloads are two values.
  process.send(process.pid(), "two", shared, shared)
  local payloads = process.inbox():receive():payload()
  check.yes(payloads[1]:data() ~= payloads[2]:data())

  -- What references name are tables alone; a message with many of them keeps all apart.
  local many = {}
  for i = 1, 3000 do many[i] = { i } end
  many[3001] = many[1]
  copy = echo(many)
  for i = 1, 3000 do check.equal(copy[i][1], i) end
  check.yes(copy[3001] == copy[1])
end }
