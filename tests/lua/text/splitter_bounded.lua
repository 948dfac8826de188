-- @once
local check = require("check")

return { main = function()
  local splitter = text.splitter.recursive({ chunk_size = 1000, chunk_overlap = 999 })
  local chunks, err = splitter:split_text(string.rep("x", 100000))
  check.failed("LimitExceeded", "the chunks have more than 16777216 characters (the limit); with less overlap there is less text", chunks, err)
  chunks, err = splitter:split_text(string.rep("x", 1024 * 1024 + 1))
  check.failed("LimitExceeded", "a text of 1048577 bytes to split (the limit is 1048576)", chunks, err)
end }
