-- Says something each time it is told to; "crash" is the one thing it cannot say.
local function main(name)
  process.send("room", "join", name)
  local say = process.listen("say")
  while true do
    local text = say:receive()
    if text == "bye" then return end
    if text == "crash" then error("lost the connection") end
    process.send("room", "say", text)
  end
end

return { main = main }
