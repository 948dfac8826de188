local check = require("check")

return { main = function()
  check.same({ xpcall(function() return 1, nil, 3 end, print) }, { true, 1, nil, 3 })
  check.same({ xpcall(function() error("x", 0) end, function(e) return e .. "1", "second" end) }, { false, "x1" })
  -- No further arguments for the function.
  check.equal(select(2, xpcall(function(...) return select("#", ...) end, print, 1, 2)), 0)
  local ok, err = xpcall(function() error("first", 0) end, function() error("in the handler", 0) end)
  check.equal(ok, false)
  check.matches(err, "in the handler")
  ok, err = xpcall(nil, function(e) return e end)
  check.equal(ok, false)
  check.matches(err, "attempt to call a nil value")
  check.equal(select(2, xpcall(function() return xpcall(error, tostring, "x") end, print)), false)
end }
