-- coroutine.wrap over create and resume, which the process drives.
local error, type = ...

local function deliver(ok, ...)
  if not ok then error((...), 0) end
  return ...
end

return function(create, resume)
  return function(body)
    if type(body) ~= "function" then error("bad argument #1 to 'wrap' (function expected, got " .. type(body) .. ")", 2) end
    local co = create(body)
    return function(...) return deliver(resume(co, ...)) end
  end
end
