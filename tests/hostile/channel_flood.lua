-- Channels without end, all kept.
-- ends: limit
return {
  main = function()
    local all = {}
    while true do all[#all + 1] = channel.new(10) end
  end,
}
