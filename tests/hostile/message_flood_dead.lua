-- Sends to processes that are not there.
-- ends: terminated
return {
  main = function()
    local i = 0x10000
    while true do
      i = i + 1
      process.send("{app:user|0x" .. string.format("%05x", i) .. "}", "x", i)
      process.send("{nowhere:at-all|0x00001}", "x")
      process.send("name-" .. i, "x")
    end
  end,
}
