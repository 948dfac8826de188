local check = require("check")
local env = require("env")

return { main = function()
  local all = check.ok(env.get_all())
  check.yes(all.PATH)
  all.PATH = nil
  check.same(all, { GREETING = "hello", LOCKED = "7", LOCKED_TOO = "8", CITY = "Oslo", PORT = "8080", DEBUG = "true", WIPPY_TEST_ABSENT = "none" })
end }
