---@meta registry

---@class registry.Changes
local Changes = {}

---@param entry {id: string, kind: string, meta: table?, data: any}
---@return registry.Changes
function Changes:create(entry) end

---@param entry {id: string, kind: string, meta: table?, data: any}
---@return registry.Changes
function Changes:update(entry) end

---@param id string|table
---@return registry.Changes
function Changes:delete(id) end

---@return table[]?
---@return error?
function Changes:ops() end

---@return registry.Version?
---@return error?
function Changes:apply() end

---@class registry.History
local History = {}

---@return registry.Version[]?
---@return error?
function History:versions() end

---@param version integer|registry.Version
---@return registry.Version?
---@return error?
function History:get_version(version) end

---@param version integer|registry.Version
---@return registry.Snapshot?
---@return error?
function History:snapshot_at(version) end

---@class registry.Snapshot
local Snapshot = {}

---@return {id: string, kind: string, meta: table?, data: any}[]?
---@return error?
function Snapshot:entries() end

---@param id string
---@return {id: string, kind: string, meta: table?, data: any}?
---@return error?
function Snapshot:get(id) end

---@param ns string
---@return {id: string, kind: string, meta: table?, data: any}[]?
---@return error?
function Snapshot:namespace(ns) end

---@param filter table<string, any>
---@return {id: string, kind: string, meta: table?, data: any}[]?
---@return error?
function Snapshot:find(filter) end

---@return registry.Changes
function Snapshot:changes() end

---@return registry.Version
function Snapshot:version() end

---@class registry.Version
local Version = {}

---@return integer
function Version:id() end

---@return string
function Version:string() end

---@return registry.Version?
function Version:previous() end

---@return registry.Version?
function Version:next() end

registry = {}

---@param id string
---@return {id: string, kind: string, meta: table?, data: any}?
---@return error?
function registry.get(id) end

---@param filter table<string, any>
---@return {id: string, kind: string, meta: table?, data: any}[]?
---@return error?
function registry.find(filter) end

---@param id string
---@return {ns: string, name: string}
function registry.parse_id(id) end

---@return registry.Snapshot?
---@return error?
function registry.snapshot() end

---@param version integer|registry.Version
---@return registry.Snapshot?
---@return error?
function registry.snapshot_at(version) end

---@return registry.Version?
---@return error?
function registry.current_version() end

---@return registry.Version[]?
---@return error?
function registry.versions() end

---@return registry.History?
---@return error?
function registry.history() end

---@param version integer|registry.Version
---@return boolean?
---@return error?
function registry.apply_version(version) end

---@param from integer|registry.Version|registry.Snapshot|table
---@param to integer|registry.Version|registry.Snapshot|table
---@return table[]?
---@return error?
function registry.build_delta(from, to) end

return registry
