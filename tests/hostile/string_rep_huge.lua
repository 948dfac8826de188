-- string.rep with results that cannot be, and with one that is empty but asked for for ever.
-- ends: ok
return {
  main = function()
    assert(not pcall(string.rep, "x", 1 << 40))
    assert(not pcall(string.rep, "xy", math.maxinteger))
    assert(string.rep("", math.maxinteger) == "")
    assert(("").rep("", math.maxinteger, "") == "")
  end,
}
