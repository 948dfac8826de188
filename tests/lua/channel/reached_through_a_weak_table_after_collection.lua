local check = require("check")

return { main = function()
  -- Weak keys may show a channel that the collector has already finished with.
  local weak = setmetatable({}, { __mode = "k" })
  for _ = 1, 50 do
    for _ = 1, 20 do weak[channel.new(1)] = true end
    for i = 1, 500 do local _ = { i } end
    for ch in pairs(weak) do
      pcall(ch.send, ch, 1)
      pcall(ch.close, ch)
      pcall(function() channel.select({ ch:case_receive() }, true) end)
    end
  end
  local ch = channel.new(1)
  ch:send("fine")
  check.equal((ch:receive()), "fine")
end }
