-- An import is bound under its alias, also where that is the name of a standard function.
local check = require("check")
local assert = require("assert")

return { main = function()
  check.equal(type(assert), "table")
  check.equal(_G.assert, assert)
  check.equal(assert.equal(2, 2), "equal")
  check.equal(_G.assert.equal(2, 2), "equal")
end }

-- @library assert
-- Here assert is the standard function: the library does not import itself.
assert(type(assert) == "function")
return { equal = function(a, b) return a == b and "equal" or "not equal" end }
