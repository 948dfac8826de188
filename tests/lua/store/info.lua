local check = require("check")
local store = require("store")

return { main = function()
  check.same(check.ok(store.get("app:data"):info()), {
    id = "app:data", backend = store.backend.MEMORY, consistency = store.consistency.LOCAL, durable = false,
    list = true, versioned = true, conditional_put = true, ttl = true,
  })
  check.equal(store.backend.MEMORY, "memory")
  check.equal(store.backend.SQL, "sql")
  check.equal(store.backend.KV_RAFT, "kv.raft")
  check.equal(store.backend.KV_CRDT, "kv.crdt")
  check.equal(store.backend.UNKNOWN, "unknown")
  check.equal(store.consistency.LINEARIZABLE, "linearizable")
  check.equal(store.consistency.EVENTUAL, "eventual")
  check.equal(store.consistency.LOCAL, "local")
  check.equal(store.consistency.UNKNOWN, "unknown")
end }
