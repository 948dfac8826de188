---@meta payload

---@class payload
local Payload = {}

---@return any?
---@return error?
function Payload:data() end

---@return any?
---@return error?
function Payload:unmarshal() end

---@return string
function Payload:get_format() end

---@param format string
---@return payload?
---@return error?
function Payload:transcode(format) end

payload = {}

---@param value any
---@return payload
function payload.new(value) end

payload.format = {}

payload.format.LUA = "lua/any"
payload.format.GOLANG = "golang/any"
payload.format.ERROR = "golang/error"
payload.format.JSON = "json/plain"
payload.format.YAML = "yaml/plain"
payload.format.STRING = "text/plain"
payload.format.BYTES = "application/octet-stream"
payload.format.MSGPACK = "application/msgpack"

return payload
