local check = require("check")

-- What docs/lua-types.md begins with.
type Job = { id: integer @min(1), state: "new" | "done", note: string? }

interface Store
  function put(self: Store, job: Job): boolean
end

local function first<T>(list: {T}, default: T?): T?
  return list[1] or default
end

local function receive(message: any): string
  local job = message.body as Job        -- also  message.body :: Job
  return job.note!                       -- says it is not nil; nothing is checked
end

return { main = function()
  check.ok(Job:is({ id = 1, state = "new" }))
  check.failed("Invalid", "field 'state' expected \"new\" | \"done\", got 'old'", Job:is({ id = 1, state = "old" }))
  check.failed("Invalid", "field 'id' 0 is less than min 1", Job:is({ id = 0, state = "new" }))
  check.failed("Invalid", "field 'put' is missing, expected (Store, Job) -> boolean", Store:is({}))
  check.ok(Store:is({ put = print }))
  check.equal(first({}, 5), 5)
  check.equal(receive({ body = { note = "text" } }), "text")
  check.equal(receive({ body = {} }), nil)
end }
