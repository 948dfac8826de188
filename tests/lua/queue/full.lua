local check = require("check")
local queue = require("queue")

-- Nobody consumes: its consumer does not start by itself.
return { main = function()
  check.equal(queue.publish("app:idle", 1), true)
  check.equal(queue.publish("app:idle", 2), true)
  local ok, err = queue.publish("app:idle", 3)
  check.equal(ok, nil)
  check.equal(err:kind(), errors.INTERNAL)
  check.equal(err:retryable(), true)
  check.equal(err:message(), "queue app:idle is full: 2 messages (max_length)")
  check.same(check.ok(queue.info("app:idle")), { id = "app:idle", driver = "memory", messages = 2, in_flight = 0, consumers = 0, max_length = 2 })
end }
