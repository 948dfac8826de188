local function main()
  assert(process.registry.register("quota"))
  local inbox = process.inbox()
  while true do
    local question = inbox:receive()
    process.send(question:from(), "quota", question:payload():data() .. ": 100 of 500 MB")
  end
end

return { main = main }
