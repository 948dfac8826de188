-- A select over more cases than anybody needs, of which none is ready.
-- ends: terminated
return {
  main = function()
    local cases = {}
    for i = 1, 100000 do cases[i] = channel.new():case_receive() end
    while true do
      channel.select(cases, true)
    end
  end,
}
