local check = require("check")

return { main = function()
  local function decodes(text, value) check.same(check.ok(yaml.decode(text)), value, text) end

  decodes("a: 1\nb: [x, 2.5, true, ~]\n", { a = 1, b = { "x", 2.5, true } })
  decodes("- a\n- b: {c: d}\n", { "a", { b = { c = "d" } } })
  decodes("text", "text")
  decodes("'5'", "5")
  decodes("!!str 5", "5")
  decodes("0x10", 16)
  decodes("1e3", 1000)
  decodes("yes", "yes")
  decodes("a: |\n  one\n  two\n", { a = "one\ntwo\n" })
  decodes("1: a\n2: b\n", { "a", "b" })
  decodes("true: a", { [true] = "a" })
  check.equal(math.type(yaml.decode("7")), "integer")
  check.equal(yaml.decode("# nothing\n"), nil)
  check.equal(yaml.decode("~"), nil)

  -- An alias is the table of its anchor.
  local doc = yaml.decode("base: &b {x: 1}\ncopy: *b\n")
  check.yes(doc.base == doc.copy)
  check.equal(doc.copy.x, 1)
end }
