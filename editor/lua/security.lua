---@meta security

---@class security.Actor
local Actor = {}

---@return string
function Actor:id() end

---@return table
function Actor:meta() end

---@class security.Policy
local Policy = {}

---@return string
function Policy:id() end

---@param actor security.Actor
---@param action string
---@param resource string
---@param attributes? table
---@return "allow"|"deny"|"undefined"
function Policy:evaluate(actor, action, resource, attributes) end

---@class security.Scope
local Scope = {}

---@param policy security.Policy
---@return security.Scope
function Scope:with(policy) end

---@param policy security.Policy|string
---@return security.Scope
function Scope:without(policy) end

---@param id string
---@return boolean
function Scope:contains(id) end

---@return security.Policy[]
function Scope:policies() end

---@param actor security.Actor
---@param action string
---@param resource string
---@param attributes? table
---@return "allow"|"deny"|"undefined"
function Scope:evaluate(actor, action, resource, attributes) end

---@class security.TokenStore
local TokenStore = {}

---@param actor security.Actor
---@param scope security.Scope
---@param options? {expiration: string|number|nil, meta: table?}
---@return string?
---@return error?
function TokenStore:create(actor, scope, options) end

---@param token string
---@return security.Actor?
---@return security.Scope?
---@return error?
function TokenStore:validate(token) end

---@param token string
---@return boolean?
---@return error?
function TokenStore:revoke(token) end

function TokenStore:close() end

security = {}

---@return security.Actor?
function security.actor() end

---@return security.Scope?
function security.scope() end

---@param action string
---@param resource string
---@param attributes? table
---@return boolean
function security.can(action, resource, attributes) end

---@param id string
---@return security.Policy?
---@return error?
function security.policy(id) end

---@param group string
---@return security.Scope?
---@return error?
function security.named_scope(group) end

---@param policies? security.Policy[]
---@return security.Scope
function security.new_scope(policies) end

---@param id string
---@param meta? table
---@return security.Actor
function security.new_actor(id, meta) end

---@param id string
---@return security.TokenStore?
---@return error?
function security.token_store(id) end

return security
