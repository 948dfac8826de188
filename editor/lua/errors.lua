---@meta errors

---@class error
local Error = {}

---@return string
function Error:kind() end

---@return string
function Error:message() end

---@return boolean?
function Error:retryable() end

---@return table?
function Error:details() end

---@return string
function Error:stack() end

errors = {}

errors.UNKNOWN = ""
errors.INVALID = "Invalid"
errors.NOT_FOUND = "NotFound"
errors.ALREADY_EXISTS = "AlreadyExists"
errors.PERMISSION_DENIED = "PermissionDenied"
errors.UNAVAILABLE = "Unavailable"
errors.INTERNAL = "Internal"
errors.CANCELED = "Canceled"
errors.CONFLICT = "Conflict"
errors.TIMEOUT = "Timeout"
errors.RATE_LIMITED = "RateLimited"

---@param message string|table
---@return error
function errors.new(message) end

---@param err error|string
---@param context string
---@return error
function errors.wrap(err, context) end

---@param err any
---@param kind string
---@return boolean
function errors.is(err, kind) end

---@param err any
---@return table?
function errors.call_stack(err) end

return errors
