-- Does not check what it is given: a wrong job ends this process and nothing else.

local function main()
  local inbox = process.inbox()
  while true do
    local job = inbox:receive()
    local numbers = job:payload():data()
    process.send(job:from(), "quotient", numbers.a // numbers.b)
  end
end

return { main = main }
