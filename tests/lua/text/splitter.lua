local check = require("check")

return { main = function()
  local function split(options, content) return check.ok(check.ok(text.splitter.recursive(options)):split_text(content)) end

  check.same(split({ chunk_size = 10, chunk_overlap = 0 }, "aaa bbb ccc ddd"), { "aaa bbb", "ccc ddd" })
  check.same(split({ chunk_size = 7, chunk_overlap = 3 }, "aaa bbb ccc ddd"), { "aaa bbb", "bbb ccc", "ccc ddd" })
  check.same(split({ chunk_size = 10, chunk_overlap = 0 }, "one\n\ntwo words\n\nthree"), { "one", "two words", "three" })
  check.same(split({ chunk_size = 4, chunk_overlap = 0 }, "abcdefghij"), { "abcd", "efgh", "ij" })
  check.same(split({ chunk_size = 3, chunk_overlap = 0 }, "äöüß😀"), { "äöü", "ß😀" })
  check.same(split({ chunk_size = 4, chunk_overlap = 0, separators = { ";" }, keep_separator = true }, "a;b;c;d"), { "a;b", ";c;d" })
  check.same(split({ chunk_size = 2, chunk_overlap = 0, separators = { ";" } }, "long;x"), { "long", "x" })
  check.same(split({}, "short"), { "short" })
  check.same(split(nil, ""), {})

  local markdown = check.ok(text.splitter.markdown({ chunk_size = 20, chunk_overlap = 0 }))
  check.same(markdown:split_text("# One\ntext of one\n# Two\ntext of two"), { "# One\ntext of one", "# Two\ntext of two" })

  local pages = check.ok(check.ok(text.splitter.recursive({ chunk_size = 3, chunk_overlap = 0 })):split_batch({
    { content = "aaa bbb", metadata = { page = 1 } },
    "ccc",
  }))
  check.same(pages, { { content = "aaa", metadata = { page = 1 } }, { content = "bbb", metadata = { page = 1 } }, { content = "ccc" } })

  check.failed("Invalid", "chunk_size must be 1 to 1048576, got 0", text.splitter.recursive({ chunk_size = 0 }))
  check.failed("Invalid", "chunk_overlap must be 0 to less than chunk_size (5), got 5", text.splitter.recursive({ chunk_size = 5, chunk_overlap = 5 }))
  local splitter = text.splitter.recursive()
  check.failed("Invalid", "a text must be a string, got nil", splitter:split_text(nil))
  check.failed("Invalid", "the text to split is not UTF-8", splitter:split_text("\255"))
  check.failed("Invalid", "page 2: a text must be a string, got nil", splitter:split_batch({ "a", {} }))
  check.raises("bad argument #1 to 'recursive'", text.splitter.recursive, 5)
  check.raises("bad argument #2 to 'split_batch'", splitter.split_batch, splitter, "x")
end }
