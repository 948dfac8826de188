local function main(vault, visitor)
  local function tell(text) process.send(visitor, "report", text) end

  local sent, err = process.send(vault, "question", "how many coins?")
  tell("question: " .. (sent and "sent" or err:kind()))
  local answer = process.inbox():receive()
  tell("answer: " .. answer:payload():data())

  -- The same target, another topic: refused on the way, the vault never sees it.
  sent, err = process.send(vault, "order", "open")
  tell("order: " .. (sent and "sent" or err:kind()))

  -- Nothing but sending was allowed.
  sent, err = process.terminate(vault)
  tell("terminate: " .. (sent and "done" or err:kind()))
  tell("done")
end

return { main = main }
