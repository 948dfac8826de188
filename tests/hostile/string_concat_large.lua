-- One instruction copies megabytes.
-- ends: terminated
return {
  main = function()
    local a = ("x"):rep(8000000)
    while true do
      local b = a .. "y"
    end
  end,
}
