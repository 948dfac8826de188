-- Counts the numbers that senders send. Each sends 1, 2, 3, ... so that a missing or doubled one is noticed.
local function main(state)
  state = state or { total = 0, last = {}, upgrades = 0 }
  local inbox = process.inbox()
  while true do
    local msg = inbox:receive()
    local data = msg:payload():data()
    if msg:topic() == "upgrade" then
      state.upgrades = state.upgrades + 1
      process.upgrade(data, state)
    elseif msg:topic() == "report" then
      process.send(data, "report", state)
    else
      local expected = (state.last[msg:from()] or 0) + 1
      if data ~= expected then error("got " .. data .. " instead of " .. expected) end
      state.last[msg:from()] = data
      state.total = state.total + 1
    end
  end
end

return { main = main }
