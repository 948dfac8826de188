-- Long instructions in a metamethod that a library function calls, where the program cannot be suspended.
-- ends: limit
return {
  main = function()
    local a = ("x"):rep(8000000)
    local b = ("x"):rep(8000000)
    local mt = { __tostring = function() while true do local same = a == b end end }
    tostring(setmetatable({}, mt))
  end,
}
