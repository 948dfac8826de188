local function main(receiver)
  local inbox = process.inbox()
  while true do
    for _ = 1, inbox:receive():payload():data() do
      local _, err = process.send(receiver, "add", 1)
      if err then error(err) end
    end
  end
end

return { main = main }
