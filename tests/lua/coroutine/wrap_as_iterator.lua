local check = require("check")

return { main = function()
  local time = require("time")
  local function tree(n)
    if n == 0 then return end
    tree(n - 1)
    coroutine.yield(n)
    tree(n - 1)
  end
  local out = {}
  for n in coroutine.wrap(function() tree(4) end) do out[#out + 1] = n end
  check.equal(table.concat(out), "121312141213121")

  -- In a spawned coroutine, with waits inside the generator.
  local done = channel.new()
  coroutine.spawn(function()
    local sum = 0
    for n in coroutine.wrap(function()
      for i = 1, 10 do
        time.sleep("1ms")
        coroutine.yield(i)
      end
    end) do sum = sum + n end
    done:send(sum)
  end)
  check.equal((done:receive()), 55)
end }
