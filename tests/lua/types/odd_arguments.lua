local check = require("check")

type Record = { a: number, b?: string }
type Other = (number) -> {[string]: {integer?}}

-- Whatever is passed, a type answers or raises; it must not bring down the node.
return { main = function()
  local odd = { 0, -1, 1.5, 1 / 0, "", "kind", true, false, {}, print, coroutine.create(print), channel.new(), errors.new("e"), Record, Other, number, string, math.maxinteger }
  local functions = { number, integer, boolean, string, _G["typeof"], type, tostring, Record, Other }
  for _, method in ipairs { "is", "kind", "name", "elem", "key", "val", "inner", "ret", "fields", "variants", "params" } do
    functions[#functions + 1] = Record[method]
  end
  for _, f in ipairs(functions) do
    pcall(f)
    for _, a in ipairs(odd) do
      pcall(f, a)
      pcall(f, nil, a)
      for _, b in ipairs(odd) do pcall(f, a, b) end
    end
  end
  for _, a in ipairs(odd) do
    pcall(function() return Record[a] end)
    pcall(function() return Record < a end)
    pcall(function() return a <= Other end)
    pcall(function() return Record == a end)
    pcall(function() Record[a] = 1 end)
    pcall(function() return #Record end)
    pcall(function() return Record + a end)
  end
  check.equal(Record:kind(), "record")
  check.raises("attempt to index", function() Record.a = 1 end)
  check.raises("attempt to concatenate", function() return "a" .. Record end)
  check.equal(getmetatable(Record), false)

  -- An iterator can be called after its end.
  local next_field = Record:fields()
  check.equal(next_field(), "a")
  check.equal(next_field(), "b")
  for _ = 1, 3 do check.equal(next_field(), nil) end
end }
