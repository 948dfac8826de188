---@meta funcs

---@class funcs.Executor
local Executor = {}

---@param values table<string, any>
---@return funcs.Executor?
---@return error?
function Executor:with_context(values) end

---@param actor security.Actor
---@return funcs.Executor?
---@return error?
function Executor:with_actor(actor) end

---@param scope security.Scope
---@return funcs.Executor?
---@return error?
function Executor:with_scope(scope) end

---@param options table
---@return funcs.Executor?
---@return error?
function Executor:with_options(options) end

---@param id string
---@param ... any
---@return any?
---@return error?
function Executor:call(id, ...) end

---@param id string
---@param ... any
---@return funcs.Future?
---@return error?
function Executor:async(id, ...) end

---@class funcs.Future
local Future = {}

---@return channel
function Future:response() end

---@return channel
function Future:channel() end

---@return boolean
function Future:is_complete() end

---@return boolean
function Future:is_canceled() end

---@return payload?
---@return error?
function Future:result() end

---@return error?
---@return boolean
function Future:error() end

---@return boolean?
---@return error?
function Future:cancel() end

funcs = {}

---@param id string
---@param ... any
---@return any?
---@return error?
function funcs.call(id, ...) end

---@param id string
---@param ... any
---@return funcs.Future?
---@return error?
function funcs.async(id, ...) end

---@return funcs.Executor
function funcs.new() end

return funcs
