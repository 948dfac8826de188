---@meta env

env = {}

---@param name string
---@return string?
---@return error?
function env.get(name) end

---@param name string
---@param value string
---@return boolean?
---@return error?
function env.set(name, value) end

---@return table<string, string>?
---@return error?
function env.get_all() end

return env
