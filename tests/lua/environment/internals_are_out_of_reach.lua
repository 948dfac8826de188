local check = require("check")

-- Whatever a program can get hold of, calling it wrongly raises; it must not bring down the node.
return { main = function()
  for _, value in ipairs { "text", _G, string, process, process.event, channel, channel.new(), logger, errors.new("e"), require("time").now() } do
    local mt = getmetatable(value)
    check.yes(mt == nil or mt == false, "metatable of " .. tostring(value))
  end
  check.raises("protected metatable", setmetatable, _G, {})
  check.raises("protected metatable", setmetatable, process, {})
  check.raises("bad argument #1 to 'setmetatable'", setmetatable)
  check.raises("bad argument #1 to 'setmetatable'", setmetatable, "x", {})
  check.raises("bad argument #2 to 'setmetatable'", setmetatable, {})
  check.raises("bad argument #2 to 'setmetatable'", setmetatable, {}, 5)
  check.raises("__gc", setmetatable, {}, { __gc = function() end })

  -- Every function with every kind of odd argument.
  local odd = { 0, -1, 1.5, "", "x", true, {}, print, coroutine.create(print), channel.new(), errors.new("e"), logger }
  local skipped = { sleep = true, select = true, terminate = true, yield = true, receive = true, send = true }
  for _, library in ipairs { "process", "channel", "coroutine", "errors", "payload", "time" } do
    for _, name in ipairs { "pid", "id", "listen", "unlisten", "get_options", "set_options", "spawn", "monitor", "unmonitor", "link", "unlink",
      "cancel", "new", "create", "resume", "status", "running", "wrap", "is", "after", "now", "ticker", "inbox", "events" } do
      local f = require(library)[name]
      if f and not skipped[name] then
        for _, a in ipairs(odd) do
          if not (name == "cancel" and a == process.pid()) then
            pcall(f, a)
            pcall(f, a, a)
            pcall(f, nil, a, a)
          end
        end
      end
    end
  end
end }
