local check = require("check")

return { main = function()
  local differ = check.ok(text.diff.new())
  local diffs = check.ok(differ:compare("the cat sat", "the dog sat"))
  check.same(diffs, {
    { operation = "equal", text = "the " },
    { operation = "delete", text = "cat" },
    { operation = "insert", text = "dog" },
    { operation = "equal", text = " sat" },
  })
  check.same(differ:summarize(diffs), { equals = 8, deletions = 3, insertions = 3 })
  check.equal(differ:pretty_text(diffs), "the \027[31mcat\027[0m\027[32mdog\027[0m sat")
  check.matches(differ:pretty_html(diffs), "<del[^>]*>cat</del><ins[^>]*>dog</ins>")
  check.same(differ:compare("", ""), {})
  check.same(differ:compare("", "ä"), { { operation = "insert", text = "ä" } })

  local patches = check.ok(differ:patch_make("the cat sat", "the dog sat"))
  local result, all = differ:patch_apply(patches, "and the cat sat there")
  check.equal(result, "and the dog sat there")
  check.equal(all, true)
  result, all = differ:patch_apply(patches, "something else entirely")
  check.equal(result, "something else entirely")
  check.equal(all, false)
  result, all = differ:patch_apply({}, "same")
  check.equal(result, "same")
  check.equal(all, true)

  check.failed("Invalid", "these are not patches that patch_make made", differ:patch_apply({ "@@ nonsense" }, "x"))
  check.failed("Invalid", "a text must be a string, got nil", differ:compare("a", nil))
  check.failed("Invalid", "a text is not UTF-8", differ:compare("a", "\255"))
  check.failed("Invalid", "expected the list that compare gives, got string", differ:summarize("x"))
  check.failed("Invalid", "difference 1: operation must be equal, delete or insert, got 'move'", differ:summarize({ { operation = "move", text = "a" } }))
  check.failed("LimitExceeded", "a text of 1048577 bytes (the limit is 1048576)", differ:compare(string.rep("x", 1024 * 1024 + 1), ""))
  check.raises("bad argument #1 to 'new'", text.diff.new, 5)
  check.raises("bad argument #1 to 'compare'", differ.compare, {}, "a", "b")
  check.raises("bad argument #2 to 'patch_apply'", differ.patch_apply, differ, "x", "y")
end }
