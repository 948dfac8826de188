---@meta coroutine

coroutine = {}

---@param f fun(...): any
---@return thread
function coroutine.create(f) end

---@param co thread
---@param ... any
---@return boolean
---@return any
function coroutine.resume(co, ...) end

---@param ... any
---@return any
function coroutine.yield(...) end

---@param co thread
---@return string
function coroutine.status(co) end

---@return thread
---@return boolean
function coroutine.running() end

---@param f fun(...): any
---@param ... any
function coroutine.spawn(f, ...) end

---@param f fun(...): any
---@return fun(...): any
function coroutine.wrap(f) end

return coroutine
