local check = require("check")

return { main = function()
  for _, name in ipairs { "load", "loadstring", "loadfile", "dofile", "collectgarbage", "rawlen", "debug", "utf8", "newproxy", "module", "getfenv", "setfenv" } do
    check.equal(_G[name], nil, name)
  end
  for _, name in ipairs { "isyieldable", "close" } do check.equal(coroutine[name], nil, name) end
  for _, name in ipairs { "execute", "exit", "remove", "rename", "getenv", "tmpname" } do check.equal(os[name], nil, name) end
  for _, name in ipairs { "loaders", "searchers", "loadlib", "cpath" } do check.equal(package[name], nil, name) end
  check.equal(undefined_name, nil)
  check.equal(_G._G, _G)
end }
