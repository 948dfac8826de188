-- Ranges far outside the table.
-- ends: ok
return {
  main = function()
    assert(not pcall(table.concat, {}, "", 1, math.maxinteger))
    assert(not pcall(table.concat, { "a" }, "", math.mininteger, math.maxinteger))
    assert(not pcall(table.unpack, {}, 1, 10000000))
    assert(not pcall(table.unpack, {}, math.mininteger, math.maxinteger))
    assert(not pcall(unpack, {}, 0, math.maxinteger))
    assert(not pcall(table.insert, {}, math.maxinteger, 1))
    assert(not pcall(table.remove, {}, math.mininteger))
    assert(not pcall(string.char, 1 << 62))
    assert(not pcall(table.create, math.maxinteger, math.maxinteger) or true)
  end,
}
