---@meta queue

---@class queue.Message
local Message = {}

---@return string?
---@return error?
function Message:id() end

---@param name string
---@return any?
---@return error?
function Message:header(name) end

---@return table<string, any>?
---@return error?
function Message:headers() end

---@return boolean?
---@return error?
function Message:ack() end

---@return boolean?
---@return error?
function Message:nack() end

queue = {}

---@param queue string
---@param data any
---@param headers? table<string, any>
---@return boolean?
---@return error?
function queue.publish(queue, data, headers) end

---@return queue.Message?
---@return error?
function queue.message() end

---@param queue string
---@return table?
---@return error?
function queue.info(queue) end

return queue
