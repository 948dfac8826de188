local check = require("check")

return { main = function()
  local time = require("time")
  local before = time.now()
  local ch = time.after("25ms")
  check.yes(ch ~= time.after("25ms"))
  local at, ok = ch:receive()
  check.equal(ok, true)
  check.equal(type(at), "userdata")
  check.equal(at:sub(before):milliseconds(), 25)

  -- Unread, it keeps its one value.
  ch = time.after("5ms")
  time.sleep("100ms")
  check.yes(ch:receive())
  local r = channel.select { ch:case_receive(), default = true }
  check.equal(r.default, true)

  local inbox = process.inbox()
  local timeout = time.after("10ms")
  check.yes(channel.select { inbox:case_receive(), timeout:case_receive() }.channel == timeout)

  for _, bad in ipairs { 0, -1, "0s", "x", {} } do
    local value, err = time.after(bad)
    check.equal(value, nil)
    check.equal(err:kind(), errors.INVALID)
  end
end }
