-- The same in a metamethod that is called where the program cannot be suspended, and is caught there each time.
-- ends: limit
return {
  main = function()
    local a = ("x"):rep(8000000)
    local b = ("x"):rep(8000000)
    local object = setmetatable({}, { __tostring = function()
      while true do
        pcall(function() for _ = 1, 100000 do local same = a == b end end)
      end
    end })
    while true do pcall(tostring, object) end
  end,
}
