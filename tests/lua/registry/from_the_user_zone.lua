-- @hosts user
-- Between the user and the system zone nothing passes by default, in embedded mode neither.
local check = require("check")

local function main()
  local version, err = registry.snapshot():changes():create({ id = "app:note", kind = "registry.entry" }):apply()
  check.equal(version, nil)
  check.equal(err:kind(), errors.PERMISSION_DENIED)
  check.equal(err:message(), "not allowed to change the registry")
  version, err = registry.apply_version(0)
  check.equal(version, nil)
  check.equal(err:kind(), errors.PERMISSION_DENIED)
end

return { main = main }
