local io = require("io")

local function main()
  -- A channel for one topic. What arrives there is the payload itself.
  local answers = process.listen("answer")

  local translator, err = process.spawn("app:translator", "app:workers", "Finnish")
  if err then return nil, err end

  for _, word in ipairs { "hello", "water", "quux" } do
    process.send(translator, "question", { word = word })
    local answer = answers:receive()
    io.print(word .. " -> " .. (answer.translation or "unknown"))
  end

  -- Asks it to end; it learns of that from its events.
  process.cancel(translator)
  return 0
end

return { main = main }
