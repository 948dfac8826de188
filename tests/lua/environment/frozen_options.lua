-- A frozen table is as good as any other where a function takes one.
local check = require("check")

return { main = function()
  local freeze = table.freeze
  local details = freeze({ n = 1 })
  local err = errors.new(freeze({ message = "m", kind = errors.CONFLICT, retryable = true, details = details }))
  check.equal(err:kind(), errors.CONFLICT)
  check.equal(err:retryable(), true)
  check.equal(err:details().n, 1)
  check.raises("frozen", function() err:details().n = 2 end)

  check.equal(process.set_options(freeze({ trap_links = true })), true)
  check.equal(process.get_options().trap_links, true)
  process.send(process.pid(), "t", 5)
  check.equal(process.listen("t", freeze({ message = true })):receive():payload():data(), 5)
  local child = check.ok(process.with_context(freeze({ a = 1 })):exec("app:child", check.host(), freeze({ 7 })))
  check.same(child, { a = 1, given = { 7 } })

  local ch = channel.new(1)
  ch:send("value")
  check.equal(channel.select(freeze({ ch:case_receive() })).value, "value")
  check.equal(channel.select(freeze({ ch:case_receive(), default = true })).default, true)

  check.equal(require("yaml").encode({ a = 1, b = 2 }, freeze({ field_order = freeze({ "b", "a" }) })), "b: 2\na: 1\n")
  check.equal(#require("security").new_scope(freeze({})):policies(), 0)
end }

-- @process child
local ctx = require("ctx")
return { main = function(given) return { a = ctx.get("a"), given = given } end }
