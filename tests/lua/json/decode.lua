local check = require("check")

return { main = function()
  local function decodes(text, value) check.same(check.ok(json.decode(text)), value) end

  check.equal(select("#", json.decode("null")), 2)
  check.equal(json.decode("null"), nil)
  check.equal(json.decode("false"), false)
  decodes("42", 42)
  decodes(" -0.5e1 ", -5)
  check.equal(math.type(json.decode("7")), "integer")
  check.equal(json.decode("1.0"), 1)
  check.equal(json.decode("9223372036854775807"), math.maxinteger)
  check.equal(json.decode("9223372036854775808"), 2 ^ 63)
  decodes([["a\n\u00fc\ud83d\ude00/\/"]], "a\nü😀//")
  decodes([[{"a":{"b":[1,[],{}]},"c":""}]], { a = { b = { 1, {}, {} } }, c = "" })
  decodes([[{"a":1,"a":2}]], { a = 2 })

  -- null leaves a hole.
  local list = json.decode("[1,null,3]")
  check.equal(list[1], 1)
  check.equal(list[2], nil)
  check.equal(list[3], 3)
end }
