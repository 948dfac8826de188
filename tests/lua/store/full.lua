local check = require("check")

return { main = function()
  local s = check.ok(require("store").get("app:tiny"))
  s:set("a", 1)
  s:set("b", 1, 1)
  local ok, err = s:set("c", 1)
  check.equal(ok, nil)
  check.equal(err:message(), "store app:tiny is full: 2 values (max_size)")
  check.equal(s:set("a", 2), true, "a value may be replaced")
  -- What has expired makes room.
  require("time").sleep("1s")
  check.equal(s:set("c", 1), true)
end }
