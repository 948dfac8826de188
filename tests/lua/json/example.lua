local check = require("check")

return { main = function()
  local order, err = json.decode('{"id": 7, "lines": []}')
  if err then return nil, err end
  order.paid = true
  local text = json.encode(order)

  local valid, problem = json.validate({ required = { "id", "customer" } }, order)

  check.equal(text, '{"id":7,"lines":[],"paid":true}')
  check.equal(valid, false)
  check.equal(tostring(problem), "value: 'customer' is missing")
end }
