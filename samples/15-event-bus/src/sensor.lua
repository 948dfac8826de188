local events = require("events")

local function main(room, values)
  for _, value in ipairs(values) do events.send("house", "temperature", room, { degrees = value }) end
end

return { main = main }
