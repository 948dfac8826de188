-- Registers names without end.
-- ends: terminated
return {
  main = function()
    local i = 0
    while true do
      i = i + 1
      process.registry.register("flood-" .. i .. ("x"):rep(200))
    end
  end,
}
