-- Selects over what is no case, over itself, and over closed channels.
-- ends: ok
return {
  main = function()
    local ch = channel.new()
    ch:close()
    for _, cases in ipairs { { 1, 2, default = true }, { ch, default = true }, { ch:case_receive(), ch:case_receive() }, { default = true } } do channel.select(cases) end
    pcall(channel.select)
    pcall(channel.select, 1)
    local mutated = { ch:case_receive() }
    setmetatable(mutated, { __index = function() while true do end end, __len = function() return 1 << 60 end })
    channel.select(mutated)
  end,
}
