local check = require("check")

return { main = function()
  local settings, err = yaml.decode("name: shop\nports: [80, 443]\n")
  if err then return nil, err end
  local again = yaml.encode(settings, { field_order = { "ports" } })

  check.equal(again, "ports:\n- 80\n- 443\nname: shop\n")
end }
