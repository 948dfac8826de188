-- What must be done in Lua because C# may neither raise nor yield (docs/architecture.md).
-- It gets natives as arguments and returns its functions; LuaPrelude.cs numbers them in this order.
local yield, isyieldable, error, tostring, select = ...

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

local function texts(count, value, ...)
  if count == 0 then return end
  return tostring(value), texts(count - 1, ...)
end

-- A callback that takes strings.
local function text(callback)
  return function(...) return finish(callback(texts(select("#", ...), ...))) end
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

return checked, operation, text, wrap
