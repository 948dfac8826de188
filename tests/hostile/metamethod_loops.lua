-- Endless loops in every metamethod, one coroutine each.
-- ends: terminated
local function forever() while true do end end
local mt = {}
for _, name in ipairs { "add", "concat", "eq", "lt", "le", "call", "index", "newindex", "unm", "len" } do mt["__" .. name] = forever end
local function new() return setmetatable({}, mt) end
return {
  main = function()
    local a, b = new(), new()
    coroutine.spawn(function() return a + b end)
    coroutine.spawn(function() return a .. b end)
    coroutine.spawn(function() return a == b end)
    coroutine.spawn(function() return a < b end)
    coroutine.spawn(function() return a() end)
    coroutine.spawn(function() return a.x end)
    coroutine.spawn(function() a.x = 1 end)
    coroutine.spawn(function() return #a end)
    coroutine.spawn(function() return -a end)
    channel.new():receive()
  end,
}
