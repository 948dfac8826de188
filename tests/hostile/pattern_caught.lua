-- Catches the refusal and tries again.
-- ends: terminated
return {
  main = function()
    local s = ("a"):rep(5000)
    while true do pcall(s.match, s, (".-"):rep(10) .. "b") end
  end,
}
