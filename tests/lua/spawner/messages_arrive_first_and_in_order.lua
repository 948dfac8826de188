local check = require("check")

return { main = function()
  local host = check.host()
  local shared = { n = 3 }
  local builder = process.with_options({})
    :with_message("first", 1, "two")
    :with_message("second")
    :with_message("third", shared)
  shared.n = 4   -- copied when it was given
  local pid = check.ok(builder:spawn_monitored("app:child", host, "argument"))
  process.send(pid, "fourth", 4)
  check.same(check.exit_of(pid).value, {
    "argument", "first from '' with 2", "second from '' with 0", "third from '' with 3", "fourth from '" .. process.pid() .. "' with 4",
  })
end }

-- @process child
return { main = function(argument)
  local seen = { argument }
  local inbox = process.inbox()
  for i = 2, 5 do
    local msg = inbox:receive()
    local payload = msg:payload()
    local data = 0
    if type(payload) == "table" then data = #payload
    elseif payload then
      data = payload:data()
      if type(data) == "table" then data = data.n end
    end
    seen[i] = msg:topic() .. " from '" .. msg:from() .. "' with " .. data
  end
  return seen
end }
