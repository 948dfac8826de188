local check = require("check")

type Item = { id: integer, tags: {string}, by: {[string]: number} }
type Few = {integer} @max_len(2)

return { main = function()
  local freeze = table.freeze
  check.yes(Item:is(freeze({ id = 1, tags = freeze({ "a" }), by = freeze({ x = 1 }) })))
  local _, err = Item:is(freeze({ id = 1, tags = freeze({ "a", 2 }), by = {} }))
  check.matches(err, "tags%[2%]")
  _, err = Item:is(freeze({ id = 1, tags = {}, by = freeze({ x = "1" }) }))
  check.matches(err, "by")
  check.yes(Few:is(freeze({ 1, 2 })))
  check.equal(Few:is(freeze({ 1, 2, 3 })), nil)
end }
