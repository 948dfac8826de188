-- string.pack with padding of a gigabyte, and formats without sense.
-- ends: ok
return {
  main = function()
    assert(not pcall(string.pack, "c1000000000", "x"))
    assert(not pcall(string.pack, "!17i", 1))
    assert(not pcall(string.unpack, "c1000000000", "x"))
    assert(not pcall(string.unpack, "s8", ("\255"):rep(16)))
    assert(not pcall(string.packsize, ("c2147483647"):rep(8)))
  end,
}
