local check = require("check")

return { main = function()
  local order = {
    type = "object",
    required = { "id", "lines" },
    properties = {
      id = { type = "integer", minimum = 1 },
      lines = { type = "array", items = { ["$ref"] = "#/$defs/line" }, maxItems = 2 },
    },
    additionalProperties = false,
    ["$defs"] = { line = { type = "object", properties = { sku = { type = "string", pattern = "^[A-Z]+$" } } } },
  }
  local function refused(value, message)
    local valid, err = json.validate(order, value)
    check.equal(valid, false)
    check.equal(err:kind(), "Invalid")
    check.equal(err:message(), message)
  end

  check.equal(json.validate(order, { id = 1, lines = { { sku = "A" } } }), true)
  refused(5, "value: expected object, got number")
  refused({ id = 1 }, "value: 'lines' is missing")
  refused({ id = "1", lines = {} }, "value.id: expected integer, got string")
  refused({ id = 0, lines = {} }, "value.id: expected at least 1, got 0")
  refused({ id = 1, lines = { { sku = "A" }, { sku = "a" } } }, "value.lines[2].sku: expected a text that matches ^[A-Z]+$")
  refused({ id = 1, lines = { {}, {}, {} } }, "value.lines: expected at most 2 items, got 3")
  refused({ id = 1, lines = {}, x = 1 }, "value.x: nothing is allowed here")
  refused({ id = 1, lines = print }, "value: cannot encode a function (value.lines)")

  -- An empty table of Lua is a list as well as a map; an empty list in JSON text is not a map.
  check.equal(json.validate({ type = "object" }, {}), true)
  check.equal(json.validate({ type = "array" }, {}), true)
  check.equal(json.validate({ type = "array", minItems = 1 }, {}), false)
  check.equal(json.validate({ properties = {} }, { a = 1 }), true)
  check.equal(json.validate({}, { a = 1 }), true)
  check.equal(json.validate('{"type":"object"}', {}), true)
  check.equal(json.validate_string({ type = "object" }, "[]"), false)
  check.equal(json.validate_string({ type = "object" }, "{}"), true)
end }
