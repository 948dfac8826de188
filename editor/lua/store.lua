---@meta store

---@class store.Store
local Store = {}

---@param key string
---@return any?
---@return error?
function Store:get(key) end

---@param key string
---@param value any
---@param ttl? number
---@return boolean?
---@return error?
function Store:set(key, value, ttl) end

---@param key string
---@return boolean?
---@return error?
function Store:has(key) end

---@param key string
---@return boolean?
---@return error?
function Store:delete(key) end

---@param key string
---@return {key: string, value: any, version: any}?
---@return error?
function Store:entry(key) end

---@param key string
---@param value any
---@param options? {ttl: number?, only_if_absent: boolean?, if_version: any}
---@return {key: string, value: any, version: any}?
---@return error?
function Store:put(key, value, options) end

---@param options? {prefix: string?, after: string?, limit: integer?}
---@return {items: table[], cursor: string?, has_more: boolean}?
---@return error?
function Store:list(options) end

---@return table?
---@return error?
function Store:info() end

---@return boolean
function Store:release() end

store = {}

---@param id string
---@return store.Store?
---@return error?
function store.get(id) end

store.backend = {}

store.backend.MEMORY = "memory"
store.backend.SQL = "sql"
store.backend.KV_RAFT = "kv.raft"
store.backend.KV_CRDT = "kv.crdt"
store.backend.UNKNOWN = "unknown"

store.consistency = {}

store.consistency.LINEARIZABLE = "linearizable"
store.consistency.EVENTUAL = "eventual"
store.consistency.LOCAL = "local"
store.consistency.UNKNOWN = "unknown"

return store
