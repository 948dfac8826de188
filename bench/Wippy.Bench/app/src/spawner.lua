local function main(count, host, collector)
  for _ = 1, count do
    local _, err = process.spawn("bench:newborn", host, collector)
    if err then error(err) end
  end
end

return { main = main }
