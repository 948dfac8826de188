---@meta _

---@class type
local Type = {}

---@param value any
---@return any?
---@return error?
function Type:is(value) end

---@return string
function Type:kind() end

---@return string
function Type:name() end

---@return type?
function Type:elem() end

---@return type?
function Type:key() end

---@return type?
function Type:val() end

---@return type?
function Type:inner() end

---@return type?
function Type:ret() end

---@return (fun(): string?, type?)
function Type:fields() end

---@return (fun(): type?)
function Type:variants() end

---@return (fun(): type?)
function Type:params() end

---@param topic string
---@return channel?
---@return error?
function subscribe(topic) end

---@param channel channel
---@return boolean
---@return error?
function unsubscribe(channel) end

---@param ... any
function print(...) end

---@param list table
---@param first? integer
---@param last? integer
---@return any
function unpack(list, first, last) end

---@param t table
---@return table
function table.freeze(t) end

---@param t table
---@return boolean
function table.isfrozen(t) end

---@param list table
---@return integer
function table.getn(list) end

---@param list table
---@return number
function table.maxn(list) end

---@param items? integer
---@param fields? integer
---@return table
function table.create(items, fields) end

---@param x number
---@return number
function math.cosh(x) end

---@param x number
---@return number
function math.sinh(x) end

---@param x number
---@return number
function math.tanh(x) end

---@param x number
---@return number
function math.log10(x) end

---@param x number
---@param y number
---@return number
function math.pow(x, y) end

---@param y number
---@param x number
---@return number
function math.atan2(y, x) end

---@param m number
---@param e integer
---@return number
function math.ldexp(m, e) end

---@param x number
---@return number
---@return integer
function math.frexp(x) end
