-- What must be done in Lua because C# may neither raise nor yield (docs/architecture.md).
-- It gets natives as arguments and returns its functions; LuaPrelude.cs numbers them in this order.
local yield, isyieldable, error, tostring, select, type, pcall, unpack = ...

-- Ends a call: raises the fault, if there is one, in the name of the wrapper's caller. The wrappers call it as a tail
-- call, so that level 2 is that caller.
local function finish(fault, ...)
  if fault ~= nil then error(fault, 2) end
  return ...
end

-- A callback whose first result is a fault.
local function checked(callback)
  return function(...) return finish(callback(...)) end
end

-- A call that may suspend: everything goes through the scheduler of the process.
local function operation(number)
  return function(...)
    if not isyieldable() then
      error("cannot wait here: this function was called from a sort, gsub or metamethod callback", 2)
    end
    return finish(yield(number, ...))
  end
end

local function texts(...)
  local count = select("#", ...)
  if count == 1 then return tostring((...)) end
  local values = { ... }
  for i = 1, count do values[i] = tostring(values[i]) end
  return unpack(values, 1, count)
end

-- A callback that takes strings.
local function text(callback)
  return function(...) return finish(callback(texts(...))) end
end

-- coroutine.wrap over create and resume, which the process drives.
local function wrap(create, resume)
  local function deliver(ok, ...)
    if not ok then error((...), 0) end
    return ...
  end
  return function(body)
    local co = create(body)
    return function(...) return deliver(resume(co, ...)) end
  end
end

-- A native that takes a string first and here an error object as well; message gives its text, nil for other values.
local function textual(native, message, name)
  return function(value, ...)
    if type(value) == "userdata" then value = message(value) or value end
    local got = type(value)
    if got ~= "string" and got ~= "number" then
      error("bad argument #1 to '" .. name .. "' (string expected, got " .. got .. ")", 2)
    end
    return native(value, ...)
  end
end

-- The native xpcall runs its handler where nothing can interrupt it or wait; this one runs it afterwards.
local function handled(handler, ok, ...)
  if ok then return ok, ... end
  local _, result = pcall(handler, ...)
  return false, result
end

local function xpcall(f, handler) return handled(handler, pcall(f)) end

return checked, operation, text, wrap, textual, xpcall
