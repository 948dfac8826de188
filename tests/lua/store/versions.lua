local check = require("check")

return { main = function()
  local s = check.ok(require("store").get("app:data"))
  check.same(check.ok(s:put("a", "one")), { key = "a", value = "one", version = 1 })
  check.same(check.ok(s:put("a", "two")), { key = "a", value = "two", version = 2 })
  s:set("a", "three")
  check.same(check.ok(s:entry("a")), { key = "a", value = "three", version = 3 })
  check.failed(errors.NOT_FOUND, "key not found: b", s:entry("b"))

  check.failed(errors.ALREADY_EXISTS, "key already exists: a", s:put("a", 1, { only_if_absent = true }))
  check.equal(check.ok(s:put("b", 1, { only_if_absent = true })).version, 1)

  check.equal(check.ok(s:put("a", "four", { if_version = 3 })).version, 4)
  local entry, err = s:put("a", "five", { if_version = 3 })
  check.equal(entry, nil)
  check.equal(err:kind(), errors.CONFLICT)
  check.equal(err:retryable(), true)
  check.equal(err:message(), "version of key a is not 3: it is 4")
  check.failed(errors.CONFLICT, "version of key c is not 1: there is no value", s:put("c", 1, { if_version = 1 }))
  check.equal(s:get("a"), "four")
end }
