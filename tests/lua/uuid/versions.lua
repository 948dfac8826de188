local check = require("check")
local uuid = require("uuid")

return { main = function()
  for _, version in ipairs { 1, 4, 7 } do
    local seen = {}
    for _ = 1, 100 do
      local id = check.ok(uuid["v" .. version]())
      check.matches(id, "^%x%x%x%x%x%x%x%x%-%x%x%x%x%-" .. version .. "%x%x%x%-[89ab]%x%x%x%-%x%x%x%x%x%x%x%x%x%x%x%x$")
      check.equal(seen[id], nil, "twice")
      seen[id] = true
      check.equal(uuid.version(id), version)
      check.equal(uuid.variant(id), "RFC4122")
    end
  end
  -- Names in a space, from the RFC.
  local dns = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
  check.equal(uuid.v3(dns, "www.example.com"), "5df41881-3aed-3515-88a7-2f4a814cf09e")
  check.equal(uuid.v5(dns, "www.example.com"), "2ed6657d-e927-568b-95e1-2665a8aea6a2")
  check.equal(uuid.v5(dns, "x"), uuid.v5(dns:upper(), "x"))
  check.yes(uuid.v5(dns, "x") ~= uuid.v5(dns, "y"))
  check.failed(errors.INVALID, "invalid UUID 'dns'", uuid.v5("dns", "x"))
  check.failed(errors.INVALID, "name must be a string, got no value", uuid.v5(dns))
  check.failed(errors.INVALID, "UUID must be a string, got number", uuid.v3(5, "x"))
end }
