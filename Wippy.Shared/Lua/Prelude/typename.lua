-- type() in programs that declare types: a type is a userdata whose type is "type".
local type = ...

return function(istype)
  return function(...)
    local name = type(...)
    if name == "userdata" and istype(...) then return "type" end
    return name
  end
end
