-- The same, and the memory error is caught every time.
-- ends: terminated
return {
  main = function()
    while true do
      pcall(function()
        local s = "x"
        while true do s = s .. s end
      end)
    end
  end,
}
