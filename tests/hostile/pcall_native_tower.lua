-- pcall(pcall, pcall, ...): a tower of C calls.
-- ends: terminated
return {
  main = function()
    while true do
      local ok, err = pcall(pcall, pcall, pcall, pcall, pcall, error, "x")
      if ok and err then pcall(pcall, err) end
    end
  end,
}
