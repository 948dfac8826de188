local check = require("check")
local store = require("store")

return { main = function()
  local s = check.ok(store.get("app:data"))
  check.equal(type(s), "userdata")
  check.failed(errors.NOT_FOUND, "key not found: a", s:get("a"))
  check.same({ s:has("a") }, { false })
  check.same({ s:delete("a") }, { false })

  check.same({ s:set("a", { n = 1, list = { 1, 2 } }) }, { true })
  check.same(s:get("a"), { n = 1, list = { 1, 2 } })
  check.equal(s:has("a"), true)
  for _, value in ipairs { "text", 7, 2.5, false, {}, "\255\0" } do
    check.equal(s:set("b", value), true)
    check.same(s:get("b"), value)
  end

  -- Copies: what happens to a table outside is not seen inside, nor the other way round.
  local t = { n = 1 }
  s:set("c", t)
  t.n = 2
  local back = s:get("c")
  check.equal(back.n, 1)
  back.n = 3
  check.equal(s:get("c").n, 1)

  check.equal(s:delete("a"), true)
  check.equal(s:has("a"), false)
  -- Another object for the same store.
  check.equal(store.get("app:data"):get("b"), "\255\0")
  check.failed(errors.NOT_FOUND, "key not found: b", store.get("app:tiny"):get("b"))
end }
