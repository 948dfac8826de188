local check = require("check")
local events = require("events")

return { main = function()
  local sub = check.ok(events.subscribe("app"))
  local channel = sub:channel()
  check.yes(channel == sub:channel(), "one channel")
  check.equal(type(sub), "userdata")

  local ok, err = events.send("app", "made", "/a", { n = 1, list = { 1, 2 } })
  check.equal(ok, true)
  check.equal(err, nil)
  check.same(channel:receive(), { system = "app", kind = "made", path = "/a", data = { n = 1, list = { 1, 2 } } })

  -- Without data there is no field.
  events.send("app", "made", "/b")
  check.same(channel:receive(), { system = "app", kind = "made", path = "/b" })

  for _, data in ipairs({ "text", 7, 2.5, false, {} }) do
    events.send("app", "made", "/c", data)
    check.same(channel:receive().data, data)
  end

  -- A copy: what happens to the table afterwards is not seen.
  local data = { n = 1 }
  events.send("app", "made", "/d", data)
  data.n = 2
  check.equal(channel:receive().data.n, 1)

  local shared = {}
  events.send("app", "made", "/e", { a = shared, b = shared })
  local back = channel:receive().data
  check.yes(back.a == back.b, "shared tables stay shared")
end }
