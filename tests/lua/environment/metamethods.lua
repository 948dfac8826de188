local check = require("check")

return { main = function()
  local mt = {}
  local function new(n) return setmetatable({ n = n }, mt) end
  local function value(v) return type(v) == "table" and v.n or v end
  for name, f in pairs {
    __add = function(a, b) return value(a) + value(b) end, __sub = function(a, b) return value(a) - value(b) end,
    __mul = function(a, b) return value(a) * value(b) end, __div = function(a, b) return value(a) / value(b) end,
    __mod = function(a, b) return value(a) % value(b) end, __pow = function(a, b) return value(a) ^ value(b) end,
    __unm = function(a) return -value(a) end, __concat = function(a, b) return tostring(value(a)) .. tostring(value(b)) end,
    __eq = function(a, b) return value(a) == value(b) end, __lt = function(a, b) return value(a) < value(b) end,
    __le = function(a, b) return value(a) <= value(b) end, __call = function(self, x) return self.n * x end,
    __index = function(self, key) return key .. "!" end, __newindex = function(self, key, v) rawset(self, key, v * 2) end,
    __tostring = function(self) return "<" .. self.n .. ">" end,
  } do mt[name] = f end
  local a, b = new(7), new(2)
  check.equal(a + b, 9)
  check.equal(a + 1, 8)
  check.equal(1 - b, -1)
  check.equal(a * b, 14)
  check.equal(a / b, 3.5)
  check.equal(a % b, 1)
  check.equal(a ^ b, 49)
  check.equal(-a, -7)
  check.equal(a .. b, "72")
  check.equal("x" .. a, "x7")
  check.yes(a == new(7) and a ~= b and b < a and a > b and b <= a and a >= b)
  check.equal(rawequal(a, new(7)), false)
  check.equal(a(3), 21)
  check.equal(a.missing, "missing!")
  check.equal(rawget(a, "missing"), nil)
  a.set = 5
  check.equal(a.set, 10)
  check.equal(tostring(a), "<7>")
  check.equal(string.format("%s", b), "<2>")

  -- Chains of tables.
  local base = { greet = function() return "hello" end }
  local middle = setmetatable({}, { __index = base })
  check.equal(setmetatable({}, { __index = middle }).greet(), "hello")
  check.equal(getmetatable(setmetatable({}, { __metatable = "locked" })), "locked")
  check.raises("protected", setmetatable, setmetatable({}, { __metatable = "locked" }), {})
end }
