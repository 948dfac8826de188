-- A native that takes a string first and here an error object as well; message gives its text, nil for other values.
local error, type = ...

return function(native, message, name)
  return function(value, ...)
    if type(value) == "userdata" then value = message(value) or value end
    local got = type(value)
    if got ~= "string" and got ~= "number" then
      error("bad argument #1 to '" .. name .. "' (string expected, got " .. got .. ")", 2)
    end
    return native(value, ...)
  end
end
