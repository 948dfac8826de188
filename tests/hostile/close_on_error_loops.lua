-- The same while an error is on its way.
-- ends: terminated
return {
  main = function()
    pcall(function()
      local guard <close> = setmetatable({}, { __close = function() while true do end end })
      error(guard)
    end)
  end,
}
