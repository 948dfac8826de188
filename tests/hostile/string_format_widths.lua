-- Widths and precisions that would make long texts.
-- ends: ok
return {
  main = function()
    assert(not pcall(string.format, "%1000000000d", 1))
    assert(not pcall(string.format, "%.1000000000f", 1.5))
    assert(#string.format("%.99f", 1e308) > 300)
    assert(not pcall(string.format, ("%d"):rep(10000), 1))
    assert(not pcall(string.format, "%y", 1))
  end,
}
