-- find, match, gmatch and gsub: the native functions, once it is sure that they come to an end. `cheap` holds for each
-- pattern how long a subject may be that needs no look; beyond that the guard counts the steps.
local error, type, select, find, sub, concat, guard, message, plain = ...

-- The native function compares as often as this without anybody noticing; and ours looks at so many places at once.
local QUICK, WINDOW = 1000000, 4194304

local cheap, known = {}, 0

local function check(subject, pattern, first, name)
  local fault, length = guard(subject, pattern, first, name)
  if fault ~= nil then error(fault, 3) end
  if cheap[pattern] == nil then
    if known == 200 then cheap, known = {}, 0 end
    cheap[pattern], known = length, known + 1
  end
end

-- What takes the place of a match: the captures, or else all of it, go to a function or select from a table.
local function replacement(with, whole, ...)
  local value
  if type(with) == "table" then
    value = with[select("#", ...) > 0 and (...) or whole]
  elseif select("#", ...) > 0 then
    value = with(...)
  else
    value = with(whole)
  end
  if not value then return whole end
  if type(value) ~= "string" and type(value) ~= "number" then error("invalid replacement value (a " .. type(value) .. ")", 5) end
  return value
end

-- One match of gsub: where to go on; nil when there is none, false when it is an empty one just behind the last.
local function step(subject, with, parts, copied, ended, first, last, ...)
  if not first then return nil end
  if last < first and first == ended then return false end
  parts[#parts + 1] = sub(subject, copied, first - 1)
  parts[#parts + 1] = replacement(with, sub(subject, first, last), ...)
  return last + 1
end

-- gsub with a function or a table, in Lua: what is called may then wait, and may be interrupted.
local function each(subject, pattern, with, max)
  local anchored = sub(pattern, 1, 1) == "^"
  local parts, copied, at, count, ended = {}, 1, 1, 0, 0
  while at <= #subject + 1 and (not max or count < max) do
    local behind = step(subject, with, parts, copied, ended, find(subject, pattern, at))
    if behind == nil then break end
    if behind then
      copied, at, ended, count = behind, behind, behind, count + 1
    else
      at, ended = at + 1, 0
    end
    if anchored then break end
  end
  parts[#parts + 1] = sub(subject, copied)
  return concat(parts), count
end

-- find with plain = true: the native function compares the pattern at each place, which takes hours for long ones that differ late.
local function text(subject, pattern, first)
  if #subject * #pattern <= QUICK then return find(subject, pattern, first, true) end
  find("", "", first)   -- complains about what is no number
  local searched, found, last = 0, false, nil
  while found == false do
    found, last = plain(subject, pattern, first, searched, WINDOW)
    searched = searched + WINDOW
  end
  return found, last
end

return function(native, name)
  return function(subject, pattern, third, fourth, ...)
    if type(subject) == "userdata" then subject = message(subject) or subject end
    if type(pattern) == "userdata" then pattern = message(pattern) or pattern end
    local got = type(subject)
    if got == "string" and type(pattern) == "string" then
      if fourth and name == "find" then return text(subject, pattern, third) end
      local length = cheap[pattern]
      if length == nil or #subject > length then check(subject, pattern, third, name) end
      if name == "gsub" and (type(third) == "function" or type(third) == "table") and (fourth == nil or type(fourth) == "number") then
        return each(subject, pattern, third, fourth)
      end
    elseif got ~= "string" and got ~= "number" then
      error("bad argument #1 to '" .. name .. "' (string expected, got " .. got .. ")", 2)
    end
    return native(subject, pattern, third, fourth, ...)
  end
end
