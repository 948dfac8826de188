-- Each answer goes to the sender, under the topic "answer", with the number of its request.
local function main()
  local values = {}
  local requests = {
    set = function(key, value)
      local before = values[key]
      values[key] = value
      return before
    end,
    get = function(key)
      return values[key]
    end,
    keys = function()
      local keys = {}
      for key in pairs(values) do keys[#keys + 1] = key end
      table.sort(keys)
      return keys
    end,
  }
  process.registry.register("kv")
  local inbox, events = process.inbox(), process.events()
  while true do
    local result = channel.select { inbox:case_receive(), events:case_receive() }
    if result.channel == events then return end   -- CANCEL: the app stops
    local message = result.value
    local request = message:payload():data()
    local answer = requests[message:topic()]
    if answer then
      process.send(message:from(), "answer", { id = request.id, value = answer(request.key, request.value) })
    else
      process.send(message:from(), "answer", { id = request.id, error = "no such request: " .. message:topic() })
    end
  end
end

return { main = main }
