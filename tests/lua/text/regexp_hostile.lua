-- @once
local check = require("check")

return { main = function()
  local function refused(kind, pattern, expression)
    local re, err = text.regexp.compile(expression)
    check.equal(re, nil)
    check.matches(err, pattern)
    check.equal(err:kind(), kind)
  end

  refused("Invalid", "^invalid regular expression '%('", "(")
  refused("Invalid", "look%-arounds", "(?=a)")
  refused("Invalid", "back references", "(a)\\1")
  refused("LimitExceeded", "more than 10000 parts", "((a{100}){100}){100}")
  refused("LimitExceeded", "limit is 1000", string.rep("a", 1001))

  -- What backtracking engines need years for.
  local re = check.ok(text.regexp.compile("^(a+)+$"))
  check.equal(re:match_string(string.rep("a", 50000) .. "b"), false)
  re = check.ok(text.regexp.compile("(a*)*b"))
  check.equal(re:find_string(string.rep("a", 5000)), nil)

  local long = string.rep("a", 1024 * 1024)
  check.failed("LimitExceeded", "a text of 1048577 bytes to search (the limit is 1048576)", re:match_string(long .. "a"))
  check.failed("Invalid", "the text to search is not UTF-8", re:match_string("\255"))
  re = check.ok(text.regexp.compile("a"))
  check.failed("LimitExceeded", "the replaced text has more than 16777216 bytes (the limit)", re:replace_all_string(long, string.rep("x", 1000)))

  check.raises("bad argument #1 to 'compile'", text.regexp.compile, nil)
  check.raises("bad argument #1 to 'match_string'", re.match_string, "a", "b")
  check.raises("bad argument #2 to 'match_string'", re.match_string, re, {})
  check.raises("bad argument #3 to 'replace_all_string'", re.replace_all_string, re, "a")
end }
