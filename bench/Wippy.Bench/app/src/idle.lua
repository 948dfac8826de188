-- n processes that wait for a message. They outlive this one, so that they can be weighed.
local function main(n, host)
  return measure(n, function(count)
    for _ = 1, count do
      local _, err = process.spawn("bench:idler", host)
      if err then error(err) end
    end
    return count
  end)
end

return { main = main }
