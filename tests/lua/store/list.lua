local check = require("check")

local function keys(page)
  local list = {}
  for i, item in ipairs(page.items) do list[i] = item.key end
  return table.concat(list, " ")
end

return { main = function()
  local s = check.ok(require("store").get("app:data"))
  local page = check.ok(s:list())
  check.same(page, { items = {}, has_more = false })
  for _, key in ipairs { "user:2", "user:10", "order:1", "user:1", "z", "user" } do s:set(key, key .. "!") end

  check.equal(keys(s:list()), "order:1 user user:1 user:10 user:2 z")
  check.same(s:list({ prefix = "order" }).items, { { key = "order:1", value = "order:1!", version = 1 } })
  page = s:list { prefix = "user:", limit = 2 }
  check.equal(keys(page), "user:1 user:10")
  check.equal(page.has_more, true)
  check.equal(page.cursor, "user:10")
  page = s:list { prefix = "user:", limit = 2, after = page.cursor }
  check.equal(keys(page), "user:2")
  check.equal(page.has_more, false)
  check.equal(keys(s:list { after = "user" }), "user:1 user:10 user:2 z")
  check.equal(keys(s:list { after = "zz" }), "")
  check.equal(keys(s:list { prefix = "q" }), "")
  check.equal(s:list({ limit = 6 }).has_more, false)
end }
