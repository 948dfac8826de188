-- The coordinator: takes lines from the reader, gives each worker one batch at a time, and is done when every batch is
-- acknowledged. A batch whose worker crashed goes out again without the line that did it.

local io = require("io")

local USAGE = "usage: count [--workers N] [--poison WORD] PATH..."
local TOP = 20

local function parse(arguments)
  local options = { workers = 4, poison = "", paths = {} }
  local i = 1
  while i <= #arguments do
    local argument = arguments[i]
    if argument == "--workers" then
      i = i + 1
      options.workers = math.tointeger(tonumber(arguments[i] or ""))
      if not options.workers or options.workers < 1 or options.workers > 1000 then
        return nil, "--workers takes a number from 1 to 1000"
      end
    elseif argument == "--poison" then
      i = i + 1
      options.poison = (arguments[i] or ""):lower()
      if not options.poison:match("^%a+$") then return nil, "--poison takes one word of ASCII letters" end
    elseif argument:sub(1, 2) == "--" then
      return nil, "unknown option " .. argument
    else
      options.paths[#options.paths + 1] = argument
    end
    i = i + 1
  end
  if #options.paths == 0 then return nil, "no file named" end
  return options
end

local function main(...)
  local options, problem = parse({ ... })
  if not options then
    io.eprint("count: " .. problem)
    io.eprint(USAGE)
    return 2
  end

  local inbox, events = process.inbox(), process.events()
  local failed = false

  local function start(id, host, ...)
    local pid, err = process.spawn_linked_monitored(id, host, ...)
    if err then error("cannot start " .. id .. ": " .. tostring(err)) end
    return pid
  end

  -- What is started here ends with this process; what fails there is told by EXIT, not by ending this one.
  process.set_options { trap_links = true }

  local aggregator = start("wordcount:aggregator", "wordcount:trusted", process.pid())
  local supervisor = start("wordcount:supervisor", "wordcount:workers", options.workers, process.pid(), aggregator, options.poison)

  local workers = {}  -- slot to { pid, batch }: batch is what it works on
  local waiting = {}  -- batches nobody works on
  local open = {}     -- batch id to slot, until acknowledged
  local unacknowledged, last_id, restarts, skipped = 0, 0, 0, 0
  local reader, asked
  local next_path = 1

  local function open_next_file()
    reader, asked = nil, false
    if next_path > #options.paths then return end
    reader = start("wordcount:reader", "wordcount:files", options.paths[next_path])
    next_path = next_path + 1
  end

  local function hand_out()
    for slot, worker in pairs(workers) do
      if not worker.batch and #waiting > 0 then
        worker.batch = table.remove(waiting, 1)
        open[worker.batch.id] = slot
        process.send(worker.pid, "batch", worker.batch)
      end
    end
    if reader and not asked and #waiting < options.workers then
      asked = true
      process.send(reader, "next")
    end
  end

  local on_message = {
    lines = function(lines)
      asked = false
      last_id = last_id + 1
      unacknowledged = unacknowledged + 1
      waiting[#waiting + 1] = { id = last_id, lines = lines }
    end,
    ["end"] = open_next_file,
    ack = function(id)
      local slot = open[id]
      if not slot then return end
      open[id] = nil
      unacknowledged = unacknowledged - 1
      workers[slot].batch = nil
    end,
    worker = function(news)
      local lost = workers[news.slot] and workers[news.slot].batch
      workers[news.slot] = { pid = news.pid }
      if not lost then return end
      restarts = restarts + 1
      open[lost.id] = nil
      if news.crashed.line then
        table.remove(lost.lines, news.crashed.line)
        skipped = skipped + 1
      end
      table.insert(waiting, 1, lost)
    end,
  }

  -- True when the run cannot go on.
  local function on_exit(event)
    if event.kind ~= process.event.EXIT then return false end
    local err = event.result.error
    if event.from == reader then
      if err then
        failed = true
        io.eprint("count: " .. tostring(err))
      end
      open_next_file()
    elseif event.from == supervisor or event.from == aggregator then
      local who = event.from == supervisor and "the workers" or "the aggregator"
      io.eprint("count: lost " .. who .. ": " .. tostring(err or "ended") .. "; " .. unacknowledged .. " batches were not counted")
      return true
    end
    return false
  end

  open_next_file()
  while reader or unacknowledged > 0 do
    hand_out()
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == inbox then
      local payload = ready.value:payload()
      local handle = on_message[ready.value:topic()]
      if handle then handle(payload and payload:data()) end
    elseif ready.value.kind == process.event.CANCEL then
      return 130
    elseif on_exit(ready.value) then
      return 1
    end
  end

  process.send(aggregator, "top", TOP)
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == inbox and ready.value:topic() == "result" then
      for _, entry in ipairs(ready.value:payload():data()) do io.print(entry.count .. " " .. entry.word) end
      process.cancel(supervisor, "done")
      break
    elseif ready.channel == events and on_exit(ready.value) then
      return 1
    end
  end
  if restarts > 0 then io.eprint("count: " .. restarts .. " workers restarted, " .. skipped .. " poisoned lines left out") end
  return failed and 1 or 0
end

return { main = main }
