-- The base functions that look into tables as they are, without their metatables (as in Lua 5.1); and frozen tables, of which they
-- see the contents. Lua writes to a field that exists without asking anybody, so a frozen table is empty: its contents are
-- in the table under __frozen in its metatable, which no program can get at. LuaFrozen.cs finds them there.
local error, type, next, rawget, rawset, rawlen, getmetatable, setmetatable, ipairs = ...

local function contents(t)
  local meta = getmetatable(t)
  return meta and rawget(meta, "__frozen")
end

local function demand(name, t)
  if type(t) ~= "table" then
    error("bad argument #1 to '" .. name .. "' (table expected, got " .. (t == nil and "nil" or type(t)) .. ")", 3)
  end
  return t
end

local function refuse() error("attempt to modify a frozen table", 2) end

local function plain_next(t, key) return next(type(t) == "table" and contents(t) or t, key) end

local function plain_rawget(t, key) return rawget(type(t) == "table" and contents(t) or t, key) end

local function following(t, i)
  i = i + 1
  local value = plain_rawget(t, i)
  if value ~= nil then return i, value end
end

-- The contents go on to inherit what the table did.
local function freeze(t)
  demand("freeze", t)
  local meta = getmetatable(t)
  if meta and rawget(meta, "__frozen") then return t end
  if meta and rawget(meta, "__metatable") ~= nil then error("cannot freeze a table with a protected metatable", 2) end
  local hidden, frozen = {}, {}
  for key, value in next, t do hidden[key] = value end
  for key in next, hidden do t[key] = nil end
  if meta then
    for event, value in next, meta do frozen[event] = value end
    if frozen.__index ~= nil then setmetatable(hidden, { __index = frozen.__index }) end
  end
  frozen.__frozen, frozen.__index, frozen.__newindex = hidden, hidden, refuse
  frozen.__len = function() return rawlen(hidden) end
  frozen.__metatable = meta or false
  return setmetatable(t, frozen)
end

return {
  next = plain_next,
  rawget = plain_rawget,
  rawset = function(t, key, value)
    if type(t) == "table" and contents(t) then refuse() end
    return rawset(t, key, value)
  end,
  pairs = function(t) return contents(demand("pairs", t)) and plain_next or next, t, nil end,
  ipairs = function(t)
    -- The native iterator is faster, and reads the same when there is no metatable.
    if getmetatable(demand("ipairs", t)) then return following, t, 0 end
    return ipairs(t)
  end,
  freeze = freeze,
  isfrozen = function(t) return contents(demand("isfrozen", t)) ~= nil end,
}
