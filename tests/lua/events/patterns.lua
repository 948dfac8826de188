local check = require("check")
local events = require("events")
local time = require("time")

-- What a subscription hears of these events.
local function heard(system, kind)
  local sub = check.ok(events.subscribe(system, kind))
  for _, e in ipairs({ { "app", "made" }, { "app", "made.twice" }, { "app", "gone" }, { "apple", "made" }, { "other", "made" } }) do
    check.ok(events.send(e[1], e[2], "/p"))
  end
  time.sleep("1ms")
  local list = {}
  while true do
    local r = channel.select({ sub:channel():case_receive(), default = true })
    if r.default then break end
    list[#list + 1] = r.value.system .. " " .. r.value.kind
  end
  sub:close()
  return table.concat(list, ", ")
end

return { main = function()
  check.equal(heard("app"), "app made, app made.twice, app gone")
  check.equal(heard("app", "*"), "app made, app made.twice, app gone")
  check.equal(heard("app", "made"), "app made")
  check.equal(heard("app", "made.*"), "app made.twice")
  check.equal(heard("app*"), "app made, app made.twice, app gone, apple made")
  check.equal(heard("*"), "app made, app made.twice, app gone, apple made, other made")
  check.equal(heard("*", "made"), "app made, apple made, other made")
  check.equal(heard("a*p"), "")
  check.equal(heard("other", "gone"), "")
end }
