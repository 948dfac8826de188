---@meta channel

---@class channel
local Channel = {}

---@param value any
---@return boolean
---@return error?
function Channel:send(value) end

---@return any
---@return boolean
function Channel:receive() end

function Channel:close() end

---@param value any
---@return channel.case
function Channel:case_send(value) end

---@return channel.case
function Channel:case_receive() end

---@class channel.case
local Case = {}

channel = {}

---@param capacity? integer
---@return channel
function channel.new(capacity) end

---@param cases table
---@return {channel: channel?, value: any, ok: boolean, default: boolean?}
function channel.select(cases) end

return channel
