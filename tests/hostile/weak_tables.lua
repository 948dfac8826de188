-- Weak tables and ephemerons, the slowest thing for a collector.
-- ends: terminated
return {
  main = function()
    while true do
      local all = {}
      for i = 1, 1000 do
        local key = {}
        all[i] = setmetatable({ [key] = { key, all[i - 1] } }, { __mode = "k" })
      end
    end
  end,
}
