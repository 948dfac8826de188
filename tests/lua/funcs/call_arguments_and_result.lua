local check = require("check")
local funcs = require("funcs")

return { main = function()
  check.equal(funcs.call("app:sum", 2, 3), 5)
  -- Only the first result counts.
  local first, second, third = funcs.call("app:several")
  check.equal(first, 1)
  check.equal(second, nil)
  check.equal(third, nil)
  check.same(check.ok(funcs.call("app:echo", { list = { 1, 2 }, nested = { a = { b = true } } })), { list = { 1, 2 }, nested = { a = { b = true } } })
  -- No result, nil and false are results.
  for what, expected in pairs({ nothing = {}, ["nil"] = {}, ["false"] = { false } }) do
    local value, err = funcs.call("app:little", what)
    check.equal(err, nil)
    check.equal(value, expected[1])
  end
  -- Copies, both ways.
  local given = { n = 1 }
  local back = funcs.call("app:change", given)
  check.equal(given.n, 1)
  check.equal(back.n, 2)
  -- A chunk may return the function itself.
  check.equal(funcs.call("app:bare", 4), 16)
  -- A payload wrapper among the arguments, or as the result, stands for its value.
  check.equal(funcs.call("app:echo", payload.new("wrapped")), "wrapped")
  check.same(funcs.call("app:wraps"), { inside = 1 })
end }

-- @function sum
return { main = function(a, b) return a + b end }

-- @function several
return { main = function() return 1, 2, 3 end }

-- @function echo
return { main = function(...) return ... end }

-- @function little
return { main = function(what)
  if what == "nil" then return nil end
  if what == "false" then return false end
end }

-- @function change
return { main = function(t) t.n = t.n + 1 return t end }

-- @function bare
return function(n) return n * n end

-- @function wraps
return { main = function() return payload.new({ inside = 1 }) end }
