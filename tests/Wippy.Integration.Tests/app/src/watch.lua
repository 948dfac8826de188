-- Monitors whoever has the names of the servers, and looks for the next one after a loss. May take over a name of the worker.
local logger = require("logger")
local time = require("time")

local function main(label, inherits)
  local watched, wanted = {}, nil
  local events = process.events()
  while true do
    for _, name in ipairs({ "keeper", "worker", "clerk" }) do
      local pid = not watched[name] and process.registry.lookup(name)
      if pid and process.monitor(pid) then
        watched[name] = pid
        logger:info(label .. " watches " .. name .. " " .. pid .. " from " .. process.pid())
      end
    end
    -- This node may hear of the loss before the one that keeps the names.
    if wanted and process.registry.register(wanted) then
      logger:info(label .. " took over " .. wanted)
      wanted = nil
    end
    local ready = channel.select { events:case_receive(), time.after("50ms"):case_receive() }
    if ready.channel == events then
      local event = ready.value
      if event.kind == process.event.CANCEL then return end
      for name, pid in pairs(watched) do
        if pid == event.from then
          watched[name] = nil
          local failure = event.result.error
          logger:info(label .. " lost " .. name .. " " .. pid .. ": " .. (failure and failure:message() or "no error"))
          if name == "worker" then wanted, inherits = inherits, nil end
        end
      end
    end
  end
end

return { main = main }
