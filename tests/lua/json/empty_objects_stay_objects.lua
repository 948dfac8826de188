local check = require("check")

return { main = function()
  check.equal(json.encode(json.decode('{"a":{},"b":[]}')), '{"a":{},"b":[]}')
  check.equal(json.encode(json.decode("{}")), "{}")

  -- It is an ordinary table all the same.
  local object = json.decode("{}")
  check.equal(getmetatable(object), nil)
  setmetatable(object, { __gc = nil })
  object.a = 1
  check.equal(json.encode(object), '{"a":1}')
  object.a = nil
  check.equal(json.encode(object), "{}")
  object[1] = "x"
  check.equal(json.encode(object), '["x"]')
end }
