local function main(counter, count, boss)
  for i = 1, count do
    local ok, err = process.send(counter, "number", i)
    if not ok then error(err) end
    if i % 1000 == 0 then process.send(boss, "progress") end
  end
end

return { main = main }
