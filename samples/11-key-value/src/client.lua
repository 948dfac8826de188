local io = require("io")
local time = require("time")

-- Services have been started, but may not have come to their names yet.
local function await(name)
  while not process.registry.lookup(name) do time.sleep("5ms") end
  return process.registry.lookup(name)
end

local answers = process.listen("answer")
local last = 0

-- A request and its answer, which must come within a second.
local function ask(request, key, value)
  last = last + 1
  local sent, err = process.send("kv", request, { id = last, key = key, value = value })
  if not sent then return nil, err end
  local timeout = time.after("1s")
  while true do
    local result = channel.select { answers:case_receive(), timeout:case_receive() }
    if result.channel == timeout then return nil, "no answer" end
    local answer = result.value
    if answer.id == last then return answer.value, answer.error end
  end
end

local function main()
  await("kv")
  io.print("colour was", (ask("set", "colour", "red")))
  io.print("colour was", (ask("set", "colour", "blue")))
  ask("set", "shape", { sides = 4 })
  io.print("colour is", (ask("get", "colour")))
  io.print("shape has", ask("get", "shape").sides, "sides")
  io.print("nothing is", (ask("get", "nothing")))
  io.print("keys:", table.concat(ask("keys"), " "))
  local _, err = ask("drop", "colour")
  io.print(err)
end

return { main = main }
