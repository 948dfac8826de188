-- What is sent of a table are its own fields; its metatable stays, and is not asked.
local check = require("check")

return { main = function()
  local called = false
  local function call() called = true end
  local mt = { __index = { inherited = 1 }, __pairs = call, __len = call, __tostring = call, __metatable = "locked", __newindex = call }
  local inner = setmetatable({ 1, 2, 3 }, mt)
  local sent = setmetatable({ own = "x", list = inner, again = inner }, mt)
  check.ok(process.send(process.pid(), "t", sent))
  local got = process.listen("t"):receive()
  check.same(got, { own = "x", list = { 1, 2, 3 }, again = { 1, 2, 3 } })
  check.yes(got.list == got.again)
  check.equal(getmetatable(got), nil)
  check.equal(getmetatable(got.list), nil)
  check.equal(got.inherited, nil)
  check.equal(called, false)

  -- Functions in a metatable are no reason to refuse the table.
  check.ok(process.send(process.pid(), "t", setmetatable({}, { __index = function() return 1 end })))
  check.same(process.listen("t"):receive(), {})
end }
