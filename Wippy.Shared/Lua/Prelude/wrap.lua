-- coroutine.wrap over create and resume, which the process drives.
local error = ...

local function deliver(ok, ...)
  if not ok then error((...), 0) end
  return ...
end

return function(create, resume)
  return function(body)
    local co = create(body)
    return function(...) return deliver(resume(co, ...)) end
  end
end
