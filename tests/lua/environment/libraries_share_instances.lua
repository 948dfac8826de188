local check = require("check")
local a, b = require("a"), require("b")

return { main = function()
  check.yes(b.a == a)
  a.value = 5
  check.equal(b.value(), 5)
  check.equal(b.error_where(), "app:b:20: here")
end }

-- @library a
return { value = 1 }

-- @library b
local a = require("a")
return {
  a = a,
  value = function() return a.value end,
  error_where = function()
    return select(2, pcall(function() error("here") end)) end,
}
