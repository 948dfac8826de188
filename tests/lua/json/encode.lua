local check = require("check")

return { main = function()
  local function encodes(value, text) check.equal(check.ok(json.encode(value)), text) end

  encodes(nil, "null")
  encodes(true, "true")
  encodes("a\"b\\\n\tü€", '"a\\"b\\\\\\n\\tü€"')
  encodes("😀", '"\\uD83D\\uDE00"')
  encodes("<&>", '"<&>"')
  encodes(0, "0")
  encodes(math.mininteger, "-9223372036854775808")
  encodes(2.0, "2")
  encodes(0.1 + 0.2, "0.30000000000000004")
  encodes(1e100, "1e+100")
  encodes(1e-7, "1e-07")
  encodes(0 / 0, "null")
  encodes(1 / 0, "null")
  encodes({}, "[]")
  encodes({ 1, "b", { false } }, '[1,"b",[false]]')
  encodes({ b = 1, a = { c = {} } }, '{"a":{"c":[]},"b":1}')
  encodes({ [2.0] = "b", [1.0] = "a" }, '["a","b"]')
  encodes({ ["1"] = "a" }, '{"1":"a"}')
  encodes(errors.new("text"), '"text"')
  encodes({ failed = errors.new("text") }, '{"failed":"text"}')

  -- The same table twice is no recursion.
  local shared = { 1 }
  encodes({ shared, shared }, "[[1],[1]]")
end }
