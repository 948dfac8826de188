local check = require("check")

return { main = function()
  local function compile(pattern) return check.ok(text.regexp.compile(pattern)) end

  local re = compile("(?P<user>[a-z]+)@([a-z]+)")
  check.equal(type(re), "userdata")
  check.equal(tostring(re), "(?P<user>[a-z]+)@([a-z]+)")
  check.equal(re:string(), "(?P<user>[a-z]+)@([a-z]+)")
  check.equal(re:num_subexp(), 2)
  check.same(re:subexp_names(), { "", "user", "" })
  check.equal(re:match_string("to bob@home"), true)
  check.equal(re:match_string("nobody"), false)

  local line = "bob@home, eve@work"
  check.equal(re:find_string(line), "bob@home")
  check.same(re:find_all_string(line), { "bob@home", "eve@work" })
  check.same(re:find_string_submatch(line), { "bob@home", "bob", "home" })
  check.same(re:find_all_string_submatch(line), { { "bob@home", "bob", "home" }, { "eve@work", "eve", "work" } })
  check.same(re:find_string_index(line), { 1, 8 })
  check.same(re:find_all_string_index(line), { { 1, 8 }, { 11, 18 } })
  for _, name in ipairs({ "find_string", "find_all_string", "find_string_submatch", "find_all_string_submatch", "find_string_index", "find_all_string_index" }) do
    local value, err = re[name](re, "nobody")
    check.equal(value, nil, name)
    check.equal(err, nil, name)
  end

  -- Positions count bytes, as string.sub does.
  local place = compile("[a-z]+"):find_string_index("äöü abc")
  check.equal(("äöü abc"):sub(place[1], place[2]), "abc")

  check.equal(re:replace_all_string(line, "$2 of ${user}"), "home of bob, work of eve")
  check.equal(re:replace_all_string(line, "$$1 $ $9|$userx|${user"), "$1 $ ||${user, $1 $ ||${user")
  check.equal(compile("a*"):replace_all_string("baac", "x"), "xbxcx")
  check.equal(compile("a*"):replace_all_string("", "x"), "x")
  check.same(compile(", *"):split("a, b,c"), { "a", "b", "c" })
  check.same(compile(","):split("a,b,c", 2), { "a", "b,c" })
  check.equal(compile(","):split("a,b", 0), nil)
  check.same(compile(","):split("", -1), { "" })
  check.same(compile(""):split("abc"), { "a", "b", "c" })
  check.same(compile("(a)|(b)"):find_string_submatch("b"), { "b", "", "b" })

  -- As RE2 reads it: \d is ASCII, $ is the very end.
  check.equal(compile("^\\d$"):match_string("٣"), false)
  check.equal(compile("^a$"):match_string("a\n"), false)
end }
