-- Compares two strings of megabytes that are equal: one instruction reads all of both.
-- ends: terminated
return {
  main = function()
    local a = ("x"):rep(8000000)
    local b = ("x"):rep(8000000)
    while true do
      local same = a == b
    end
  end,
}
