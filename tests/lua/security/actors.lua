local check = require("check")

local function main()
  local roles = { "admin", "clerk" }
  local actor = security.new_actor("user:1", { name = "Ann", age = 7, share = 0.5, active = true, roles = roles, home = { city = "Rome" }, again = roles })
  check.equal(actor:id(), "user:1")
  check.same(actor:meta(), { name = "Ann", age = 7, share = 0.5, active = true, roles = roles, home = { city = "Rome" }, again = roles })
  check.equal(math.type(actor:meta().age), "integer")

  -- Nothing done to what goes in or comes out changes it.
  roles[1] = "nobody"
  actor:meta().name = "Eve"
  check.same(actor:meta().roles, { "admin", "clerk" })
  check.equal(actor:meta().name, "Ann")
  check.raises("", function() actor.id = nil end)

  check.same(security.new_actor("user:2"):meta(), {})
  check.same(security.new_actor("user:2", {}):meta(), {})
  check.raises("bad argument #1 to 'new_actor' %(string that is not empty expected, got no value%)", security.new_actor)
  check.raises("bad argument #1 to 'new_actor'", security.new_actor, "")
  check.raises("bad argument #2 to 'new_actor' %(must be a table%)", security.new_actor, "a", 1)
  check.raises("must be a table with text as keys", security.new_actor, "a", { 1, 2 })
  check.raises("must be with text or 1..n as keys", security.new_actor, "a", { x = { 1, a = 2 } })
  check.raises("must be without a function in it", security.new_actor, "a", { f = print })
  check.raises("must be smaller than 65536", security.new_actor, "a", { x = string.rep("x", 70000) })
  local endless = {}
  endless.x = endless
  check.raises("must be no deeper than 32 tables", security.new_actor, "a", endless)
  check.raises("bad argument #1 to 'id' %(security.Actor expected, got number%)", actor.id, 1)
end

return { main = main }
