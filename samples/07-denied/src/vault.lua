local function main()
  local inbox = process.inbox()
  while true do
    local message = inbox:receive()
    process.send(message:from(), "answer", "42 coins; I got a " .. message:topic())
  end
end

return { main = main }
