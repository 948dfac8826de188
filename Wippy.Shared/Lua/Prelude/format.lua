-- string.format(): %s shows floats as tostring does, and integer conversions cut them.
local format, gmatch, mathtype, tointeger, floor, ceil, select, unpack, floattext = ...

local function hasfloat(value, ...)
  if mathtype(value) == "float" then return true end
  if select("#", ...) > 0 then return hasfloat(...) end
end

local function convert(verb, value)
  if verb == "s" then return floattext(value) end
  -- Infinity and NaN stay, for format to refuse them.
  return tointeger(value < 0 and ceil(value) or floor(value)) or value
end

return function(template, ...)
  if select("#", ...) == 0 or not hasfloat(...) then return format(template, ...) end
  local values, count = { ... }, 0
  for verb in gmatch(template, "%%[-+ #0]*%d*%.?%d*(.)") do
    if verb ~= "%" then
      count = count + 1
      local convertible = verb == "s" or verb == "d" or verb == "i" or verb == "x" or verb == "X" or verb == "o" or verb == "c"
      if convertible and mathtype(values[count]) == "float" then values[count] = convert(verb, values[count]) end
    end
  end
  return format(template, unpack(values, 1, select("#", ...)))
end
