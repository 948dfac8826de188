---@meta events

---@class events.Subscription
local Subscription = {}

---@return channel
function Subscription:channel() end

---@return boolean
function Subscription:close() end

events = {}

---@param system string
---@param kind? string
---@return events.Subscription?
---@return error?
function events.subscribe(system, kind) end

---@param system string
---@param kind string
---@param path string
---@param data? any
---@return boolean?
---@return error?
function events.send(system, kind, path, data) end

return events
