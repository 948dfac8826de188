local check = require("check")

return { main = function()
  check.equal(select("#", print()), 0)
  print(nil, true, 1, 2.5, "x", {}, print, channel.new(), errors.new("e"))
  print(setmetatable({}, { __tostring = function() return "custom" end }))
  check.raises("nasty", print, setmetatable({}, { __tostring = function() error("nasty") end }))
  check.raises("__tostring", print, setmetatable({}, { __tostring = function() return {} end }))
  check.raises("cannot wait here", print, setmetatable({}, { __tostring = function() require("time").sleep(1) end }))
  local many = {}
  for i = 1, 20000 do many[i] = i end
  print(unpack(many))
end }
