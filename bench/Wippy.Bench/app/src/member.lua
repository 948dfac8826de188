local function main(home, following)
  local inbox = process.inbox()
  following = following or inbox:receive():payload():data()
  while true do
    local left = inbox:receive():payload():data()
    if left > 0 then process.send(following, "token", left - 1) else process.send(home, "token", left) end
  end
end

return { main = main }
