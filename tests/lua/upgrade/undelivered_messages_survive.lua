local check = require("check")

-- In the mailbox, kept, in the inbox, with a listener, with a listener that has ended, and on the way to a coroutine that
-- has not run yet: all arrive, once, in the order sent.
return { main = function()
  local pid = check.spawn_monitored("before")
  check.ok(process.send(pid, "go", 0))
  for i = 1, 40 do check.ok(process.send(pid, i % 4 == 0 and "listened" or i % 4 == 1 and "other" or "topic" .. i, i)) end
  check.ok(process.send(pid, "now"))
  for i = 41, 60 do check.ok(process.send(pid, "late", i)) end
  local seen = check.exit_of(pid)
  if seen.error then error(seen.error) end
  local value = seen.value
  -- What the old program received it has handed over; every other message came to the new one, in order.
  local got, last = {}, 0
  for _, n in ipairs(value.before) do got[n] = true end
  for _, n in ipairs(value.after) do
    check.yes(n > last, "order")
    check.yes(not got[n], "twice")
    got[n], last = true, n
  end
  for i = 1, 60 do check.yes(got[i], "message " .. i) end
  check.yes(value.cancelled)
end }

-- @process before
return { main = function()
  local before, waiting = {}, 0
  local inbox = process.inbox()
  inbox:receive()
  process.cancel(process.pid())
  local listened, other = process.listen("listened"), process.listen("other")
  local now = process.listen("now")
  local upgrading = false
  -- They wait when the messages come; those that have not run when the upgrade begins have received nothing.
  for _, ch in ipairs { listened, other, inbox } do
    coroutine.spawn(function()
      local value = ch:receive()
      if type(value) == "userdata" then value = value:payload():data() end
      before[#before + 1] = value
    end)
  end
  now:receive()
  process.unlisten(other)
  process.upgrade("app:after", before)
end }

-- @process after
return { main = function(before)
  local after = {}
  local inbox = process.inbox()
  local event = process.events():receive()
  while true do
    local msg = inbox:receive()
    local n = msg:payload():data()
    after[#after + 1] = n
    if n == 60 then return { before = before, after = after, cancelled = event.kind == process.event.CANCEL } end
  end
end }
