-- As version 1, and it adds up what it counts. The state of version 1 has no sum yet.
local function main(state)
  state.sum = state.sum or 0
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
      state.sum = state.sum + data
    end
  end
end

return { main = main }
