---@meta io

io = {}

---@param ... any
---@return boolean?
---@return error?
function io.write(...) end

---@param ... any
---@return boolean?
---@return error?
function io.print(...) end

---@param ... any
---@return boolean?
---@return error?
function io.eprint(...) end

---@return boolean?
---@return error?
function io.flush() end

---@param on? boolean
---@return boolean?
---@return error?
function io.raw(on) end

---@return string?
---@return error?
function io.readline() end

---@param n? integer
---@return string?
---@return error?
function io.read(n) end

---@return string[]?
---@return error?
function io.args() end

return io
