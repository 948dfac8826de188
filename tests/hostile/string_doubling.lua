-- A string that doubles until the memory ends.
-- ends: limit
return {
  main = function()
    local s = "x"
    while true do s = s .. s end
  end,
}
