local check = require("check")

return { main = function()
  local err = errors.new { message = "m", kind = errors.CONFLICT }
  local ok, caught = pcall(error, err)
  check.yes(rawequal(caught, err))
  ok, caught = pcall(function() assert(nil, err) end)
  check.yes(rawequal(caught, err))
  ok, caught = pcall(function() assert(false, "text") end)
  check.matches(caught, "text")
  ok, caught = xpcall(function() error(err) end, function(e) return e:kind() end)
  check.equal(caught, errors.CONFLICT)
end }
