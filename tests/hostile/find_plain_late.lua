-- A search that goes on to the end of the text that is sought at each place of the other.
-- ends: terminated
return {
  main = function()
    local among, sought = ("["):rep(24 << 20), ("["):rep(12 << 20) .. "x"
    while true do assert(among:find(sought, 1, true) == nil) end
  end,
}
