local check = require("check")

return { main = function()
  check.same({ assert(1, "two", nil, 4) }, { 1, "two", nil, 4 })
  local ok, err = pcall(function() assert(false, "text") end)
  check.equal(ok, false)
  check.equal(err, "app:test:5: text")
  ok, err = pcall(function() assert(nil) end)
  check.matches(err, "assertion failed!")
  local object = errors.new({ message = "kept", kind = errors.CONFLICT })
  ok, err = pcall(function() assert(nil, object) end)
  check.yes(rawequal(err, object))
  local thrown = {}
  ok, err = pcall(function() assert(false, thrown) end)
  check.yes(rawequal(err, thrown))
  check.raises("bad argument #1 to 'assert'", assert)
  check.equal(assert(process.pid(), "unused"), process.pid())
end }
