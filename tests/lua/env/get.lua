local check = require("check")
local env = require("env")

return { main = function()
  check.equal(env.get("GREETING"), "hello")
  check.equal(env.get("app:greeting"), "hello", "by the id of its entry")
  check.equal(env.get("CITY"), "Oslo", "through a router")
  check.equal(env.get("PORT"), "8080")
  check.equal(env.get("DEBUG"), "true")
  check.equal(env.get("WIPPY_TEST_ABSENT"), "none")
  check.yes(#check.ok(env.get("PATH")) > 0)
  -- Without value and default, not declared, declared under another name.
  for _, name in ipairs { "EMPTY", "plain", "HOME", "greeting", "app:nothing" } do
    check.failed(errors.NOT_FOUND, "environment variable not found", env.get(name))
  end
  check.failed(errors.INVALID, "variable name is required", env.get(""))
  check.raises("bad argument #1 to 'get' %(string expected, got nil%)", env.get, nil)
end }
