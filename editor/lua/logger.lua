---@meta logger

---@class logger
local Logger = {}

---@param message string
---@param fields? table<string, any>
function Logger:debug(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:info(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:warn(message, fields) end

---@param message string
---@param fields? table<string, any>
function Logger:error(message, fields) end

---@param fields table<string, any>
---@return logger
function Logger:with(fields) end

---@param name string
---@return logger
function Logger:named(name) end

---@type logger
logger = nil

return logger
