local time = require("time")

local function main(parent, state, began)
  local took = began and time.now():unix_nano() - began or 0
  process.send(parent, "upgraded", { took = took, upgrades = state.upgrades })
  process.inbox():receive()
  state.upgrades = state.upgrades + 1
  process.upgrade(nil, parent, state, time.now():unix_nano())
end

return { main = main }
