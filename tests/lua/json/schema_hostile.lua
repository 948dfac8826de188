-- @once
local check = require("check")

return { main = function()
  local function refused(kind, pattern, schema, text)
    local valid, err = json.validate_string(schema, text or "1")
    check.equal(valid, false)
    check.matches(err, pattern)
    check.equal(err:kind(), kind, tostring(err))
  end

  -- What is wrong with the schema itself.
  refused("Invalid", "^schema: cannot decode", "{")
  refused("Invalid", "^schema: a schema must be a map, got number", "5")
  refused("Invalid", "unknown type 'text'", '{"type":"text"}')
  refused("Invalid", "type must be a list, got number", '{"type":5}')
  refused("Invalid", "enum must be a list", '{"enum":1}')
  refused("Invalid", "minimum must be a number", '{"minimum":"1"}')
  refused("Invalid", "must not be negative", '{"minLength":-1}', '"a"')
  refused("Invalid", "multipleOf must be more than 0", '{"multipleOf":0}')
  refused("Invalid", "allOf must have at least one", '{"allOf":[]}')
  refused("Invalid", "leads nowhere", '{"$ref":"#/$defs/x"}')
  refused("Invalid", "leads elsewhere", '{"$ref":"other.json"}')
  refused("Invalid", "unevaluatedItems is not supported", '{"unevaluatedItems":false}')
  refused("Invalid", "invalid regular expression", '{"pattern":"("}', '"a"')
  refused("Invalid", "^value: cannot decode", "{}", "{")
  refused("Invalid", "lone surrogate", '{"minLength":1}', '"\\ud800"')
  refused("Invalid", "^value: cannot decode", "{}", string.rep("[", 200))

  -- Much work for a small schema.
  refused("LimitExceeded", "nested deeper than 500", '{"$ref":"#"}')
  refused("LimitExceeded", "nested deeper than 500", '{"allOf":[{"$ref":"#"}]}')
  local parts = {}
  for i = 1, 30 do
    parts[i] = string.format('"d%d":{"allOf":[{"$ref":"#/$defs/d%d"},{"$ref":"#/$defs/d%d"}]}', i, i + 1, i + 1)
  end
  refused("LimitExceeded", "more than 1000000 steps", '{"$ref":"#/$defs/d1","$defs":{' .. table.concat(parts, ",") .. ',"d31":{}}}')
  refused("LimitExceeded", "limit is 1000", '{"pattern":"' .. string.rep("a", 1001) .. '"}', '"a"')
  check.equal(json.validate_string('{"pattern":"^(a+)+$"}', '"' .. string.rep("a", 10000) .. 'b"'), false)

  check.raises("bad argument #1 to 'validate'", json.validate, nil, 1)
  check.raises("bad argument #2 to 'validate_string'", json.validate_string, {}, {})
end }
