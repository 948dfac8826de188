-- The functions of table. The native ones trust __len, which may say anything, and work without a pause: here tables with a
-- metatable are taken as they are, without it (as Lua 5.1 does), and long sorts can be interrupted.
local error, type, pcall, rawlen, getmetatable, setmetatable, native_insert, native_remove, native_concat, native_unpack, native_sort, rawget, mathtype, hasfloats, floattext = ...

-- Elements that are sorted natively: some milliseconds.
local NATIVE = 10000

local function finish(t, meta, ok, ...)
  setmetatable(t, meta)
  if not ok then error((...), 0) end
  return ...
end

-- None of the natives calls back here, so nobody sees the table without its metatable.
local function plainly(native, t, ...)
  local meta = getmetatable(t)
  setmetatable(t, nil)
  return finish(t, meta, pcall(native, t, ...))
end

local function contents(t)
  local meta = type(t) == "table" and getmetatable(t)
  return meta and rawget(meta, "__frozen")
end

local function reading(native)
  return function(t, ...)
    if type(t) == "table" and getmetatable(t) then return plainly(native, contents(t) or t, ...) end
    return native(t, ...)
  end
end

local function refuse() error("attempt to modify a frozen table", 3) end

local function writing(native)
  return function(t, ...)
    if type(t) == "table" and getmetatable(t) then
      if contents(t) then refuse() end
      return plainly(native, t, ...)
    end
    return native(t, ...)
  end
end

local plain_concat = reading(native_concat)

-- Floats as tostring writes them.
local function concat(t, separator, first, last)
  t = contents(t) or t
  if type(t) ~= "table" or not hasfloats(t, first, last) then return plain_concat(t, separator, first, last) end
  local texts = {}
  for i = first or 1, last or rawlen(t) do
    local value = rawget(t, i)
    texts[i] = mathtype(value) == "float" and floattext(value) or value
  end
  return native_concat(texts, separator, first or 1, last or rawlen(t))
end

-- Insertion sort of t[first..last].
local function few(t, first, last, less)
  for i = first + 1, last do
    local value, j = t[i], i - 1
    while j >= first and less(value, t[j]) do
      t[j + 1] = t[j]
      j = j - 1
    end
    t[j + 1] = value
  end
end

-- Merges the runs from[first..middle] and from[middle + 1..last] into to.
local function merge(from, to, first, middle, last, less)
  local left, right = first, middle + 1
  for i = first, last do
    if left <= middle and (right > last or not less(from[right], from[left])) then
      to[i], left = from[left], left + 1
    else
      to[i], right = from[right], right + 1
    end
  end
end

-- A merge sort ends after n log n comparisons whatever the comparator answers, and loses no element.
local function merge_sort(t, count, less)
  local values = {}
  for i = 1, count do values[i] = t[i] end
  local width = 8
  for first = 1, count, width do few(values, first, first + width - 1 < count and first + width - 1 or count, less) end
  local other = {}
  while width < count do
    for first = 1, count, 2 * width do
      local middle = first + width - 1
      local last = middle + width
      if last > count then last = count end
      if middle > count then middle = count end
      merge(values, other, first, middle, last, less)
    end
    values, other, width = other, values, 2 * width
  end
  for i = 1, count do t[i] = values[i] end
end

-- Where a native one says no, so does this: without a position, which would be one in here.
local function ascending(a, b)
  local kind, other = type(a), type(b)
  if kind == other and (kind == "number" or kind == "string") then return a < b end
  if kind ~= "string" and getmetatable(a) or other ~= "string" and getmetatable(b) then return a < b end
  error("attempt to compare " .. (kind == other and "two " .. kind .. " values" or kind .. " with " .. other), 0)
end

-- Whether nothing in it has an order of its own, which would be called from inside the native sort.
local function is_simple(t, count)
  local kind = type(t[1])
  if kind ~= "number" and kind ~= "string" then return false end
  for i = 2, count do
    if type(t[i]) ~= kind then return false end
  end
  return true
end

local function sort(t, less)
  if type(t) ~= "table" then error("bad argument #1 to 'sort' (table expected, got " .. type(t) .. ")", 2) end
  if less ~= nil and type(less) ~= "function" then
    error("bad argument #2 to 'sort' (function expected, got " .. type(less) .. ")", 2)
  end
  if contents(t) then refuse() end
  local count = rawlen(t)
  if not less and count <= NATIVE and not getmetatable(t) and is_simple(t, count) then
    native_sort(t)
  else
    merge_sort(t, count, less or ascending)
  end
end

return {
  insert = writing(native_insert),
  remove = writing(native_remove),
  concat = concat,
  unpack = reading(native_unpack),
  sort = sort,
}
