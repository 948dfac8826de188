-- What would lead out of the sandbox is not there.
-- ends: ok
return {
  main = function()
    for _, name in ipairs { "load", "loadstring", "loadfile", "dofile", "debug", "collectgarbage", "getfenv", "setfenv", "newproxy", "module", "utf8" } do
      assert(_G[name] == nil, name)
    end
    assert(string.dump == nil or not pcall(string.dump, function() end))
    assert(io == nil or io.open == nil)
    assert(package == nil or package.loadlib == nil)
    assert(not pcall(setmetatable, _G, {}) or true)
    assert(getmetatable("") == false)
  end,
}
