---@meta yaml

yaml = {}

---@param value any
---@param options? {field_order: string[]?, sort_unordered: boolean?}
---@return string?
---@return error?
function yaml.encode(value, options) end

---@param text string
---@return any?
---@return error?
function yaml.decode(text) end

return yaml
