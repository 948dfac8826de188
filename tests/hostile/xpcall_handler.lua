-- The handler of xpcall never returns.
-- ends: terminated
return {
  main = function()
    xpcall(error, function() while true do end end)
  end,
}
