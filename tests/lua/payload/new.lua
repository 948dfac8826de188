local check = require("check")

return { main = function()
  local p = payload.new({ a = 1 })
  check.equal(type(p), "userdata")
  check.same(p:data(), { a = 1 })
  check.equal(p.a, nil)
  check.equal(tostring(p), "payload{format=lua/any}")
  check.equal(payload.new(nil):data(), nil)
  process.send(process.pid(), "t", p)
  check.same(process.inbox():receive():payload():data(), { a = 1 })
end }
