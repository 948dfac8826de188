local check = require("check")
local env = require("env")

-- The user zone reads only.
local function user()
  check.failed(errors.PERMISSION_DENIED, "not allowed to set environment variable: GREETING", env.set("GREETING", "hi"))
  check.failed(errors.PERMISSION_DENIED, "not allowed to set environment variable: nothing", env.set("nothing", "hi"))
  check.equal(env.get("GREETING"), "hello")
end

local function trusted()
  local ok, err = env.set("GREETING", "hi")
  check.equal(ok, true)
  check.equal(err, nil)
  check.equal(env.get("GREETING"), "hi")
  check.equal(env.get_all().GREETING, "hi")
  check.equal(env.set("app:greeting", 5), true)
  check.equal(env.get("GREETING"), "5")
  -- Empty counts as unset.
  check.equal(env.set("GREETING", ""), true)
  check.equal(env.get("GREETING"), "hello")
  check.equal(env.set("plain", "x"), true)
  check.equal(env.get("plain"), "x")

  -- A router writes to its first storage.
  check.equal(env.set("CITY", "Rome"), true)
  check.equal(env.get("CITY"), "Rome")
  check.failed(errors.PERMISSION_DENIED, "storage is read-only", env.set("DEBUG", "x"))

  check.failed(errors.PERMISSION_DENIED, "environment variable is read-only", env.set("LOCKED", "1"))
  check.failed(errors.PERMISSION_DENIED, "environment variable is read-only", env.set("LOCKED_TOO", "1"))
  check.failed(errors.PERMISSION_DENIED, "storage is read-only", env.set("PORT", "1"))
  check.failed(errors.PERMISSION_DENIED, "storage is read-only", env.set("PATH", "1"))
  check.failed(errors.NOT_FOUND, "environment variable not found", env.set("HOME", "1"))
end

return { main = function()
  if check.host() == "app:user" then user() else trusted() end
  check.failed(errors.INVALID, "variable name is required", env.set("", "x"))
  check.raises("bad argument #2 to 'set' %(string expected, got no value%)", env.set, "GREETING")
  check.raises("bad argument #1 to 'set' %(string expected, got table%)", env.set, {}, "x")
end }
