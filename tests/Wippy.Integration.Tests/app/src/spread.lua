-- They end with this program, because they are linked to it.
local io = require("io")

local function main(...)
  local count = tonumber((...)) or 30
  local nodes, names = {}, {}
  for _ = 1, count do
    local pid, err = process.spawn_linked("kept:idle", "kept:user")
    if err then error(err:message()) end
    local node = pid:match("^{(user%.%w+)@kept:user|0x%x+}$")
    if not node then error("no PID of a user node: " .. pid) end
    if not nodes[node] then names[#names + 1] = node end
    nodes[node] = (nodes[node] or 0) + 1
  end
  table.sort(names)
  for _, node in ipairs(names) do io.print(node .. " " .. nodes[node]) end
  return 0
end

return { main = main }
