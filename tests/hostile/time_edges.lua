-- Delays without sense, without end and without number.
-- ends: ok
return {
  main = function()
    for _, d in ipairs { -1, 0, 0 / 0, 1 / 0, -1 / 0, math.maxinteger, math.mininteger, "", "x", "1", "99999999999999h", ("x"):rep(100000) } do
      pcall(time.after, d)
      pcall(time.ticker, d)
      if type(d) == "string" or d ~= d or d <= 0 then pcall(time.sleep, d) end
    end
  end,
}
