---@meta system

system = {}

---@param code? integer
---@return boolean?
---@return error?
function system.exit(code) end

---@return {name: string, description: string, class: string}[]?
---@return error?
function system.modules() end

system.memory = {}

---@return table<string, integer>?
---@return error?
function system.memory.stats() end

---@return integer?
---@return error?
function system.memory.allocated() end

---@return integer?
---@return error?
function system.memory.heap_objects() end

---@return integer?
---@return error?
function system.memory.get_limit() end

---@param bytes integer
---@return integer?
---@return error?
function system.memory.set_limit(bytes) end

system.gc = {}

---@return boolean?
---@return error?
function system.gc.collect() end

---@return integer?
---@return error?
function system.gc.get_percent() end

---@param percent integer
---@return integer?
---@return error?
function system.gc.set_percent(percent) end

system.runtime = {}

---@return integer?
---@return error?
function system.runtime.goroutines() end

---@param n? integer
---@return integer?
---@return error?
function system.runtime.max_procs(n) end

---@return integer?
---@return error?
function system.runtime.cpu_count() end

system.process = {}

---@return integer?
---@return error?
function system.process.pid() end

---@return string?
---@return error?
function system.process.hostname() end

---@return string?
---@return error?
function system.process.cwd() end

system.hosts = {}

---@return {id: string, workers: integer, processes: integer, executed: integer, stolen: integer, queue_depth: integer}[]?
---@return error?
function system.hosts.list() end

---@param host string
---@return {pid: string, host: string, source: string, state: string, steps: integer, started_at: integer, parent: string?, actor_id: string?}[]?
---@return error?
function system.hosts.processes(host) end

system.supervisor = {}

---@param id string
---@return {id: string, status: string, desired: string, retry_count: integer, last_update: integer, started_at: integer, details: string?}?
---@return error?
function system.supervisor.state(id) end

---@return table[]?
---@return error?
function system.supervisor.states() end

return system
