-- Catches whatever is thrown at it and goes on.
-- ends: terminated
return {
  main = function()
    while true do pcall(function() while true do end end) end
  end,
}
