local check = require("check")
local uuid = require("uuid")

return { main = function()
  local id = "2ed6657d-e927-568b-95e1-2665a8aea6a2"
  for _, good in ipairs { id, id:upper(), "urn:uuid:" .. id, "{" .. id .. "}", (id:gsub("-", "")) } do check.equal(uuid.validate(good), true, good) end
  for _, bad in ipairs { "", "x", id .. "0", id:sub(1, 35), "zed6657d-e927-568b-95e1-2665a8aea6a2", 5, {}, true, string.rep("a", 100) } do
    check.equal(uuid.validate(bad), false, tostring(bad))
    check.equal((uuid.parse(bad)), nil)
    check.equal(select(2, uuid.version(bad)):kind(), errors.INVALID)
  end
  check.equal(uuid.validate(nil), false)
  check.equal(uuid.validate(), false)

  check.same(uuid.parse(id), { version = 5, variant = "RFC4122" })
  local now = require("time").now():unix()
  local parsed = check.ok(uuid.parse(uuid.v7()))
  check.same(parsed, { version = 7, variant = "RFC4122", timestamp = now })
  parsed = check.ok(uuid.parse("c232ab00-9414-11ec-b3c8-9f6bdeced846"))
  check.same(parsed, { version = 1, variant = "RFC4122", timestamp = 1645557742, node = "9f:6b:de:ce:d8:46" })
  check.equal(uuid.variant("2ed6657d-e927-568b-15e1-2665a8aea6a2"), "Reserved")
  check.equal(uuid.variant("2ed6657d-e927-568b-c5e1-2665a8aea6a2"), "Microsoft")
  check.equal(uuid.variant("2ed6657d-e927-568b-e5e1-2665a8aea6a2"), "Future")

  check.equal(uuid.format(id:upper()), id)
  check.equal(uuid.format(id, "standard"), id)
  check.equal(uuid.format(id, "simple"), "2ed6657de927568b95e12665a8aea6a2")
  check.equal(uuid.format(id, "urn"), "urn:uuid:" .. id)
  check.failed(errors.INVALID, "unknown format 'short' (standard, simple or urn)", uuid.format(id, "short"))
  check.failed(errors.INVALID, "invalid UUID 'x'", uuid.format("x", "urn"))
end }
