---@meta process

---@class process.Message
local Message = {}

---@return string
function Message:topic() end

---@return string?
function Message:from() end

---@return payload
function Message:payload() end

---@class process.Spawner
local Spawner = {}

---@param values table<string, any>
---@return process.Spawner
function Spawner:with_context(values) end

---@param options table<string, any>
---@return process.Spawner
function Spawner:with_options(options) end

---@param actor security.Actor
---@return process.Spawner
function Spawner:with_actor(actor) end

---@param scope security.Scope
---@return process.Spawner
function Spawner:with_scope(scope) end

---@param name string
---@return process.Spawner
function Spawner:with_name(name) end

---@param topic string
---@param ... any
---@return process.Spawner
function Spawner:with_message(topic, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function Spawner:spawn(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function Spawner:spawn_monitored(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function Spawner:spawn_linked(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function Spawner:spawn_linked_monitored(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return any?
---@return error?
function Spawner:exec(id, host, ...) end

process = {}

---@return string
function process.pid() end

---@return string
function process.id() end

---@param destination string
---@param topic string
---@param ... any
---@return boolean?
---@return error?
function process.send(destination, topic, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function process.spawn(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function process.spawn_monitored(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function process.spawn_linked(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return string?
---@return error?
function process.spawn_linked_monitored(id, host, ...) end

---@param id string
---@param host string
---@param ... any
---@return any?
---@return error?
function process.exec(id, host, ...) end

---@param values table<string, any>
---@return process.Spawner
function process.with_context(values) end

---@param options table<string, any>
---@return process.Spawner
function process.with_options(options) end

---@param destination string
---@return boolean?
---@return error?
function process.monitor(destination) end

---@param destination string
---@return boolean?
---@return error?
function process.unmonitor(destination) end

---@param destination string
---@return boolean?
---@return error?
function process.link(destination) end

---@param destination string
---@return boolean?
---@return error?
function process.unlink(destination) end

---@param destination string
---@param reason? string
---@return boolean?
---@return error?
function process.cancel(destination, reason) end

---@param destination string
---@return boolean?
---@return error?
function process.terminate(destination) end

---@param id? string
---@param ... any
function process.upgrade(id, ...) end

---@return channel
function process.inbox() end

---@return channel
function process.events() end

---@param topic string
---@param options? {message: boolean?}
---@return channel?
---@return error?
function process.listen(topic, options) end

---@param channel channel
---@return boolean
---@return error?
function process.unlisten(channel) end

---@return {trap_links: boolean, upgradable: boolean}
function process.get_options() end

---@param options {trap_links: boolean?, upgradable: boolean?}
---@return boolean
---@return error?
function process.set_options(options) end

process.registry = {}

process.registry.LOCAL = 0
process.registry.EVENTUAL = 1
process.registry.CONSISTENT = 2
process.registry.STRONG = 3

---@param name string
---@param pid? string
---@param scope? integer
---@return boolean?
---@return error?
function process.registry.register(name, pid, scope) end

---@param name string
---@return string?
---@return error?
function process.registry.lookup(name) end

---@param name string
---@param scope? integer
---@return boolean?
---@return error?
function process.registry.unregister(name, scope) end

process.event = {}

process.event.EXIT = "pid.exit"
process.event.LINK_DOWN = "pid.link.down"
process.event.CANCEL = "pid.cancel"
process.event.OUTDATED = "pid.outdated"

return process
