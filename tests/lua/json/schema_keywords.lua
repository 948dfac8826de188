-- Each keyword with values that it accepts and values that it refuses.
local check = require("check")

local cases = {
  { '{"type":"string"}', { '"a"' }, { "1", "null", "[]" } },
  { '{"type":["integer","null"]}', { "1", "1.0", "null", "1e3" }, { "1.5", '"1"' } },
  { '{"type":"number"}', { "1", "1.5" }, { "true" } },
  { '{"type":"boolean"}', { "true", "false" }, { "0" } },
  { '{"type":"object"}', { "{}" }, { "[]" } },
  { '{"type":"array"}', { "[]" }, { "{}" } },
  { '{"const":{"a":[1,2.0]}}', { '{"a":[1.0,2]}' }, { '{"a":[1,2,3]}', "{}" } },
  { '{"enum":["a",1,null]}', { '"a"', "1.0", "null" }, { '"b"', "2", "false" } },
  { '{"properties":{"a":{"type":"integer"}}}', { "{}", '{"a":1}', '{"b":"x"}', '"text"' }, { '{"a":"x"}' } },
  { '{"required":["a","b"]}', { '{"a":null,"b":1}' }, { '{"a":1}', "{}" } },
  { '{"properties":{"a":{}},"additionalProperties":false}', { '{"a":1}', "{}" }, { '{"b":1}' } },
  { '{"additionalProperties":{"type":"string"}}', { '{"a":"x"}' }, { '{"a":1}' } },
  { '{"patternProperties":{"^x-":{"type":"string"}},"additionalProperties":false}', { '{"x-a":"1"}' }, { '{"x-a":1}', '{"a":"1"}' } },
  { '{"propertyNames":{"maxLength":2}}', { '{"ab":1}' }, { '{"abc":1}' } },
  { '{"dependentRequired":{"a":["b"]}}', { '{"b":1}', '{"a":1,"b":1}' }, { '{"a":1}' } },
  { '{"dependentSchemas":{"a":{"required":["b"]}}}', { '{"b":1}', '{"a":1,"b":1}' }, { '{"a":1}' } },
  { '{"minProperties":1,"maxProperties":2}', { '{"a":1}', '{"a":1,"b":2}' }, { "{}", '{"a":1,"b":2,"c":3}' } },
  { '{"items":{"type":"integer"}}', { "[]", "[1,2]" }, { '[1,"a"]' } },
  { '{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}', { '["a",1]', '["a"]', "[]" }, { "[1]", '["a","b"]' } },
  { '{"prefixItems":[true],"items":false}', { "[1]" }, { "[1,2]" } },
  { '{"contains":{"type":"string"}}', { '[1,"a"]' }, { "[1]", "[]" } },
  { '{"contains":{"type":"string"},"minContains":0,"maxContains":1}', { "[1]", '["a"]' }, { '["a","b"]' } },
  { '{"minItems":1,"maxItems":2}', { "[1]", "[1,2]" }, { "[]", "[1,2,3]" } },
  { '{"uniqueItems":true}', { "[1,2]", '[{"a":1},{"a":2}]', "[1,true]" }, { "[1,1.0]", '[{"a":1,"b":2},{"b":2,"a":1}]' } },
  { '{"minLength":2,"maxLength":3}', { '"ab"', '"äöü"', '"😀😀😀"' }, { '"a"', '"abcd"' } },
  { '{"pattern":"^a+$"}', { '"aa"' }, { '"b"', '"aa\\n"' } },
  { '{"minimum":1,"maximum":3}', { "1", "3.0", "2.5" }, { "0.99", "3.01" } },
  { '{"exclusiveMinimum":1,"exclusiveMaximum":3}', { "2" }, { "1", "3" } },
  { '{"multipleOf":0.1}', { "0.3", "1e300" }, { "0.35" } },
  { '{"allOf":[{"minimum":1},{"maximum":2}]}', { "1" }, { "0", "3" } },
  { '{"anyOf":[{"type":"string"},{"minimum":5}]}', { '"a"', "6" }, { "4" } },
  { '{"oneOf":[{"minimum":1},{"maximum":3}]}', { "0", "4" }, { "2" } },
  { '{"not":{"type":"string"}}', { "1" }, { '"a"' } },
  { '{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"multipleOf":2}}', { "20", "4" }, { "15", "3" } },
  { '{"$defs":{"n":{"type":"integer"}},"items":{"$ref":"#/$defs/n"}}', { "[1]" }, { '["a"]' } },
  { '{"$defs":{"a/b~c":{"type":"integer"}},"$ref":"#/$defs/a~1b~0c"}', { "1" }, { '"a"' } },
  { '{"properties":{"next":{"$ref":"#"}},"required":["id"]}', { '{"id":1,"next":{"id":2}}' }, { '{"id":1,"next":{}}' } },
  { '{"format":"date"}', { '"2024-02-29"', "1" }, { '"2023-02-29"', '"2024-2-1"' } },
  { '{"format":"time"}', { '"23:59:59Z"', '"10:00:00.5+01:00"' }, { '"24:00:00Z"', '"10:00"' } },
  { '{"format":"date-time"}', { '"2024-02-29T12:00:00Z"' }, { '"2024-02-29 12:00:00Z"', '"2024-02-30T12:00:00Z"' } },
  { '{"format":"email"}', { '"a.b@c.de"' }, { '"a@"', '"@b"', '"a b@c"' } },
  { '{"format":"hostname"}', { '"a-b.example"' }, { '"-a"', '"a..b"' } },
  { '{"format":"ipv4"}', { '"127.0.0.1"' }, { '"127.0.1"', '"256.0.0.1"', '"01.2.3.4"' } },
  { '{"format":"ipv6"}', { '"::1"' }, { '"1.2.3.4"', '":::"' } },
  { '{"format":"uri"}', { '"https://a.example/b?c=d"' }, { '"/a"', '"a b"' } },
  { '{"format":"uuid"}', { '"123e4567-e89b-12d3-a456-426614174000"' }, { '"123"' } },
  { '{"format":"regex"}', { '"a+"' }, { '"("' } },
  { '{"format":"unheard-of","x-keyword":1}', { '"a"' }, {} },
  { "true", { "1" }, {} },
  { "false", {}, { "1" } },
}

return { main = function()
  for _, case in ipairs(cases) do
    local schema, good, bad = case[1], case[2], case[3]
    for _, text in ipairs(good) do
      local valid, err = json.validate_string(schema, text)
      check.equal(valid, true, schema .. " with " .. text .. ": " .. tostring(err))
    end
    for _, text in ipairs(bad) do
      local valid, err = json.validate_string(schema, text)
      check.equal(valid, false, schema .. " with " .. text)
      check.equal(err:kind(), "Invalid", schema .. " with " .. text .. ": " .. tostring(err))
    end
  end
end }
