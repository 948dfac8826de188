-- A __close handler that never returns.
-- ends: terminated
return {
  main = function()
    local guard <close> = setmetatable({}, { __close = function() while true do end end })
    return guard and 1
  end,
}
