local check = require("check")

return { main = function()
  local me = process.pid()
  process.send(me, "t", { n = 7 })
  local msg = process.inbox():receive()
  process.send(me, "again", msg:payload())
  check.same(process.inbox():receive():payload():data(), { n = 7 })
end }
