-- All strings share a metatable: no program may have it.
-- ends: ok
return {
  main = function()
    local mt = getmetatable("")
    assert(type(mt) ~= "table")
    assert(not pcall(setmetatable, "", {}))
    assert(not pcall(function() string.upper = nil end))
    assert(not pcall(rawset, string, "upper", nil) or ("a"):upper() == "A")
    assert(("a"):upper() == "A")
  end,
}
