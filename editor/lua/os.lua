---@meta os

os = {}

os.platform = "wippy"

---@param parts? table
---@return integer
function os.time(parts) end

---@param format? string
---@param time? number
---@return string|table
function os.date(format, time) end

---@return number
function os.clock() end

---@param later number
---@param earlier number
---@return number
function os.difftime(later, earlier) end

return os
