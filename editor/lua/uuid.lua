---@meta uuid

uuid = {}

---@return string?
---@return error?
function uuid.v1() end

---@param namespace string
---@param name string
---@return string?
---@return error?
function uuid.v3(namespace, name) end

---@return string?
---@return error?
function uuid.v4() end

---@param namespace string
---@param name string
---@return string?
---@return error?
function uuid.v5(namespace, name) end

---@return string?
---@return error?
function uuid.v7() end

---@param value any
---@return boolean
function uuid.validate(value) end

---@param uuid string
---@return integer?
---@return error?
function uuid.version(uuid) end

---@param uuid string
---@return string?
---@return error?
function uuid.variant(uuid) end

---@param uuid string
---@return {version: integer, variant: string, timestamp: any, node: any}?
---@return error?
function uuid.parse(uuid) end

---@param uuid string
---@param style "standard"|"simple"|"urn"
---@return string?
---@return error?
function uuid.format(uuid, style) end

return uuid
