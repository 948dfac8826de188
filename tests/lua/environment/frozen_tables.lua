-- table.freeze makes a table that cannot be changed; whoever reads it notices nothing.
local check = require("check")
local json, yaml = require("json"), require("yaml")

local frozen = "attempt to modify a frozen table"

return { main = function()
  local t = { 1, 2.0, "x", name = "n", list = { 5 } }
  check.equal(table.isfrozen(t), false)
  check.equal(table.freeze(t), t)
  check.equal(table.isfrozen(t), true)
  check.equal(table.freeze(t), t)

  check.raises("app:test:%d+: " .. frozen, function() t.name = "other" end)
  check.raises(frozen, function() t.new = 1 end)
  check.raises(frozen, function() t[1] = nil end)
  check.raises(frozen, rawset, t, "name", 1)
  check.raises(frozen, table.insert, t, 1)
  check.raises(frozen, table.remove, t)
  check.raises(frozen, table.sort, t)
  check.raises("protected", setmetatable, t, {})
  t.list[2] = 6   -- what is in it is not frozen

  check.equal(t.name, "n")
  check.equal(t.missing, nil)
  check.equal(#t, 3)
  check.equal(rawget(t, "name"), "n")
  check.equal(next(table.freeze({})), nil)
  check.equal(next(table.freeze({ a = 1 })), "a")
  local count, sum = 0, 0
  for key, value in pairs(t) do
    check.equal(t[key], value)
    count = count + 1
  end
  check.equal(count, 5)
  for i in ipairs(t) do sum = sum + i end
  check.equal(sum, 6)
  check.equal(select("#", unpack(t)), 3)
  check.equal(table.concat(t, ","), "1,2,x")
  check.equal(table.getn(t), 3)
  check.equal(table.maxn(t), 3)
  local step, state = pairs(t)
  check.equal(state, t)
  check.equal(step(t, nil) ~= nil, true)
  check.equal(getmetatable(t), false)

  -- It travels and is written like any other; a copy can be changed.
  process.send(process.pid(), "t", { t, t })
  local got = process.listen("t"):receive()
  check.same(got[1], { 1, 2, "x", name = "n", list = { 5, 6 } })
  check.yes(got[1] == got[2])
  check.equal(table.isfrozen(got[1]), false)
  got[1].name = "changed"
  check.equal(json.encode(table.freeze({ a = table.freeze({ 1, 2 }) })), '{"a":[1,2]}')
  check.equal(yaml.encode(table.freeze({ a = 1 })), "a: 1\n")

  -- What it inherited it inherits still.
  local class = { greet = function(self) return "hello " .. self.name end }
  class.__index = class
  class.__tostring = function() return "an object" end
  local object = table.freeze(setmetatable({ name = "x" }, class))
  check.equal(object:greet(), "hello x")
  check.equal(tostring(object), "an object")
  check.equal(getmetatable(object), class)
  check.raises(frozen, function() object.name = "y" end)

  check.raises("bad argument #1 to 'freeze' %(table expected, got nil%)", table.freeze)
  check.raises("bad argument #1 to 'isfrozen' %(table expected, got string%)", table.isfrozen, "x")
  check.raises("protected", table.freeze, string)
  check.raises("protected", table.freeze, setmetatable({}, { __metatable = "mine" }))
end }
