---@meta json

json = {}

---@param value any
---@return string?
---@return error?
function json.encode(value) end

---@param text string
---@return any?
---@return error?
function json.decode(text) end

---@param schema table|string
---@param value any
---@return boolean?
---@return error?
function json.validate(schema, value) end

---@param schema table|string
---@param text string
---@return boolean?
---@return error?
function json.validate_string(schema, text) end

return json
