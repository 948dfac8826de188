local check = require("check")

return { main = function()
  local ch = channel.new(2)
  local put, take = ch:case_send("v"), ch:case_receive()
  for _ = 1, 3 do
    check.equal(channel.select({ put }).value, "v")
    check.equal(channel.select({ put }).value, "v")
    check.equal(channel.select({ put }, true).default, true)
    check.equal(channel.select({ take }).value, "v")
    check.equal(channel.select({ take }).value, "v")
  end
  -- What is not a case is skipped.
  ch:send("x")
  check.equal(channel.select({ 1, "text", {}, ch, take, print }).value, "x")
  -- A nil to send is a value.
  local r = channel.select { ch:case_send(nil) }
  check.yes(r.channel == ch)
  check.equal(r.value, nil)
  check.equal(r.ok, true)
end }
