-- pairs() and ipairs() as in Lua 5.1: they take a table as it is, without its metatable.
local error, type, next, rawget, getmetatable, ipairs = ...

local function demand(name, ...)
  local t = ...
  if type(t) ~= "table" then
    error("bad argument #1 to '" .. name .. "' (table expected, got " .. (t == nil and "nil" or type(t)) .. ")", 3)
  end
  return t
end

local function following(t, i)
  i = i + 1
  local value = rawget(t, i)
  if value ~= nil then return i, value end
end

return {
  pairs = function(t) return next, demand("pairs", t), nil end,
  ipairs = function(t)
    -- The native iterator is faster, and reads the same when there is no metatable.
    if getmetatable(demand("ipairs", t)) then return following, t, 0 end
    return ipairs(t)
  end,
}
