local check = require("check")

return { main = function()
  local function undecodable(kind, pattern, text)
    local value, err = yaml.decode(text)
    check.equal(value, nil)
    check.matches(err, pattern)
    check.equal(err:kind(), kind)
  end

  undecodable("Invalid", "empty text", "")
  undecodable("Invalid", "cannot decode a table", {})
  undecodable("Invalid", "cannot decode a nil", nil)
  undecodable("Internal", "line 2, column", "a: 1\n b: 2\n")
  undecodable("Internal", "line %d", "[1, 2")
  undecodable("Internal", "line %d", "a: 'x")
  undecodable("Internal", "more than one document", "a\n---\nb\n")
  undecodable("Internal", "alias %*x", "a: *x")
  undecodable("Internal", "alias %*x", "a: &x [*x]")
  undecodable("Internal", "expected a scalar as key", "? [a]\n: b\n")
  undecodable("Internal", "cannot be keys", "~: a")
  undecodable("Internal", "not UTF%-8", "a: \255")
  undecodable("Internal", "deeper than 64", string.rep("[", 66) .. string.rep("]", 66))
  undecodable("Internal", "deeper than 64", string.rep("- ", 70) .. "x")

  local function unencodable(message, value) check.failed("Internal", message, yaml.encode(value)) end
  unencodable("cannot encode a function (value.a[1])", { a = { print } })
  unencodable("cannot encode a string that is not UTF-8 (value.a)", { a = "\255" })
  unencodable("cannot encode a table with a table as key (value)", { [{}] = 1 })
  local loop = {}
  loop.a = loop
  unencodable("cannot encode a table that contains itself (value.a)", loop)
  local deep = {}
  for _ = 1, 64 do deep = { deep } end
  local text, err = yaml.encode(deep)
  check.equal(text, nil)
  check.matches(err, "deeper than 64")
  check.failed("Invalid", "cannot encode a string (a table expected)", yaml.encode("x"))
  check.raises("bad argument #2 to 'encode'", yaml.encode, {}, 5)
end }
