local check = require("check")

return { main = function()
  for _, capacity in ipairs { 0, 3 } do
    local ch = channel.new(capacity)
    local t, f = {}, function() end
    coroutine.spawn(function()
      ch:send(nil)
      ch:send()
      ch:send(false)
      ch:send(t)
      ch:send(f)
      ch:send(ch)
    end)
    local function expect(value)
      local got, ok = ch:receive()
      check.yes(rawequal(got, value))
      check.equal(ok, true)
    end
    expect(nil) expect(nil) expect(false) expect(t) expect(f) expect(ch)
  end
end }
