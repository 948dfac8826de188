-- One parent, n children which compute and tell it: work that is all in one place when it begins.
local function main(n, host)
  local inbox = process.inbox()
  local self = process.pid()
  return measure(n, function(count)
    for _ = 1, count do
      local _, err = process.spawn("bench:fib", host, self)
      if err then error(err) end
    end
    local right = 0
    for _ = 1, count do
      if inbox:receive():payload():data() == 6765 then right = right + 1 end
    end
    return right
  end)
end

return { main = main }
