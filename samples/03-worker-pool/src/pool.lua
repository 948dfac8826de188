-- Several waits at once inside one process: coroutines that talk through channels.

local io = require("io")
local time = require("time")

local JOBS = { "apples", "bread", "cheese", "dates", "eggs" }

-- Takes jobs until there are none. A sleep stands for anything that takes time; only this coroutine waits.
local function work(jobs, results)
  while true do
    local job, open = jobs:receive()
    if not open then return end
    time.sleep("10ms")
    results:send({ number = job.number, text = job.item:upper() })
  end
end

local function main(workers)
  workers = math.tointeger(tonumber(workers or 3))
  if not workers or workers < 1 then
    io.eprint("usage: pool [WORKERS]")
    return 2
  end

  local jobs, results = channel.new(), channel.new()
  for _ = 1, workers do
    coroutine.spawn(function() work(jobs, results) end)
  end
  coroutine.spawn(function()
    for number, item in ipairs(JOBS) do jobs:send({ number = number, item = item }) end
    jobs:close() -- the workers end when nothing is left to receive
  end)

  local done = {}
  local timeout = time.after("10s")
  for _ = 1, #JOBS do
    local ready = channel.select { results:case_receive(), timeout:case_receive() }
    if ready.channel == timeout then return nil, "the workers are too slow" end
    done[ready.value.number] = ready.value.text -- results come in any order
  end

  io.print(workers .. " workers did " .. #JOBS .. " jobs:")
  for number, text in ipairs(done) do io.print(number, text) end
  return 0
end

return { main = main }
