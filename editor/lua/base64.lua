---@meta base64

base64 = {}

---@param data string
---@return string?
---@return error?
function base64.encode(data) end

---@param text string
---@return string?
---@return error?
function base64.decode(text) end

return base64
