local check = require("check")

return { main = function()
  local mail, err = text.regexp.compile("([a-z]+)@([a-z.]+)")
  if err then return nil, err end
  local hidden = mail:replace_all_string("write to bob@example.org", "$1 at $2")

  local differ = text.diff.new()
  local patches = differ:patch_make("the cat sat", "the dog sat")
  local patched, applied = differ:patch_apply(patches, "here the cat sat")

  local chunks = text.splitter.recursive({ chunk_size = 9, chunk_overlap = 0 }):split_text("cut along the words")

  check.equal(hidden, "write to bob at example.org")
  check.equal(patched, "here the dog sat")
  check.equal(applied, true)
  check.same(chunks, { "cut along", "the words" })
end }
