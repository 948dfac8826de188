-- tostring(): floats in our way, everything else natively.
local tostring, mathtype, floattext = ...

return function(value)
  if mathtype(value) == "float" then return floattext(value) end
  return tostring(value)
end
