-- Numbers at the edges of their types through everything that takes numbers.
-- ends: ok
return {
  main = function()
    local edges = { math.maxinteger, math.mininteger, 1 / 0, -1 / 0, 0 / 0, 2 ^ 53, -2 ^ 63, 2 ^ 63, 5e-324, -0.0, 1e308 }
    local inbox = process.inbox()
    for _, n in ipairs(edges) do
      assert(process.send(process.pid(), "n", n, { n }))
      local payload = inbox:receive():payload()
      local got = payload[1]:data()
      assert(got == n or n ~= n and got ~= got)
      for _, f in ipairs {
        function() return string.rep("x", n) end, function() return ("x"):sub(n, n) end, function() return ("x"):byte(n, n) end,
        function() return channel.new(n) end, function() return table.unpack({}, n, n) end, function() return string.char(n) end,
        function() return table.create(n, n) end, function() return select(n, 1) end, function() return math.random(n) end,
        function() return table.insert({}, n, 1) end, function() return table.remove({}, n) end, function() return string.format("%d", n) end,
        function() return string.format("%c", n) end, function() return math.ldexp(1, n) end, function() return math.tointeger(n) end,
        function() return n // 0 end, function() return n % 0 end, function() return n << n end, function() return n // 1 | 0 end,
        function() return tostring(n) end, function() return errors.new { message = "x", details = { n } } end,
      } do pcall(f) end
    end
    assert(not pcall(function() for _ = 1, 10, 0 do end end))
  end,
}
