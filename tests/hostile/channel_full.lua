-- A channel with a huge buffer that only fills.
-- ends: limit
return {
  main = function()
    local ch = channel.new(math.maxinteger)
    while true do ch:send { 1, 2, 3 } end
  end,
}
