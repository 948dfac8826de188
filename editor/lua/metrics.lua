---@meta metrics

metrics = {}

---@param name string
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.counter_inc(name, labels) end

---@param name string
---@param value number
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.counter_add(name, value, labels) end

---@param name string
---@param value number
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.gauge_set(name, value, labels) end

---@param name string
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.gauge_inc(name, labels) end

---@param name string
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.gauge_dec(name, labels) end

---@param name string
---@param value number
---@param labels? table<string, any>
---@return boolean?
---@return error?
function metrics.histogram(name, value, labels) end

return metrics
