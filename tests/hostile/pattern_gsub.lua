-- The same through gsub, as a method and through the library.
-- ends: error pattern
return {
  main = function()
    local s = ("a"):rep(200000)
    assert(not pcall(s.gsub, s, ".-.-.-.-b", ""))
    return string.gsub(s, "a*a*b", "")
  end,
}
