-- On the user node: sends as many messages as it is told, as fast as the channel takes them, and waits for the acknowledgement.
local function main(receiver)
  local inbox = process.inbox()
  while true do
    local count = inbox:receive():payload():data()
    for i = 1, count do
      while true do
        local ok, err = process.send(receiver, "work", { op = "work", n = i })
        if ok then break end
        if err:kind() ~= errors.UNAVAILABLE then error(err) end
        time.sleep("1ms") -- the channel is full
      end
    end
    inbox:receive()
  end
end

return { main = main }
