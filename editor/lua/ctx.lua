---@meta ctx

ctx = {}

---@param key string
---@return any?
---@return error?
function ctx.get(key) end

---@return table?
---@return error?
function ctx.all() end

return ctx
