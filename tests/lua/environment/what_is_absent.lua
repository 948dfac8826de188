local check = require("check")

return { main = function()
  for _, name in ipairs { "load", "loadstring", "loadfile", "dofile", "collectgarbage", "rawlen", "debug", "utf8", "newproxy", "module", "getfenv", "setfenv" } do
    check.equal(_G[name], nil, name)
  end
  check.equal(string.dump, nil)
  check.equal(undefined_name, nil)
  check.equal(_G._G, _G)
end }
