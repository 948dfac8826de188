local check = require("check")

return { main = function()
  local function encodes(value, text, options) check.equal(check.ok(yaml.encode(value, options)), text) end

  encodes({ b = 1, a = { "x", 2.5, true } }, "a:\n- x\n- 2.5\n- true\nb: 1\n")
  encodes({ a = {} }, "a: []\n")
  encodes(yaml.decode("{a: {}}"), "a: {}\n")
  encodes({ name = 1, kind = 2, a = 3 }, "kind: 2\nname: 1\na: 3\n", { field_order = { "kind", "name" } })
  encodes({ name = 1, a = 3 }, "name: 1\na: 3\n", { field_order = { "kind", "name" }, sort_unordered = true })

  -- What is written is read again as the same.
  local values = { "5", "true", "null", "yes", "", "~", "a: b", "- x", "# no", "two\nlines\n", " spaces ", "0x1f", "1e3", "'", '"', "ü€😀", "\t", "a\tb", " x\ny", "x\n\n", "\n", "\0", "\r\n", "...", "---", "? a", 1, -2.5, 1e100, true, false }
  check.same(check.ok(yaml.decode(check.ok(yaml.encode(values)))), values)
  local map = { [1] = "a", [3] = "b", [2.5] = "c", [true] = "d", ["1"] = "e" }
  check.same(check.ok(yaml.decode(check.ok(yaml.encode(map)))), map)
  check.equal(yaml.decode(yaml.encode({ 1 / 0, -1 / 0 }))[2], -1 / 0)
  check.equal(yaml.decode(yaml.encode({ e = errors.new("text") })).e, "text")
end }
