-- @once
-- Far more actors and scopes than a process may hold at a time: those dropped make room.
local check = require("check")

local function main()
  local text = string.rep("x", 60000)
  for i = 1, 3000 do
    local actor = security.new_actor("user:" .. i, { text = text })
    check.equal(actor:id(), "user:" .. i)
    security.new_scope()
  end
end

return { main = main }
