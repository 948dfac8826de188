local check = require("check")

-- Writers that each add one by comparing versions lose none.
return { main = function()
  local s = check.ok(require("store").get("app:data"))
  s:set("n", 0)
  for _ = 1, 4 do check.spawn_monitored("adder") end
  for _ = 1, 4 do check.equal(process.events():receive().result.error, nil) end
  check.equal(s:get("n"), 20)
end }

-- @process adder
return { main = function()
  local s = assert(require("store").get("app:data"))
  for _ = 1, 5 do
    repeat
      local entry = assert(s:entry("n"))
      require("time").sleep("1ms")
    until s:put("n", entry.value + 1, { if_version = entry.version })
  end
end }
