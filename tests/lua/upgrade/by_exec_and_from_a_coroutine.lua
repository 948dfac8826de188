local check = require("check")

-- Who waits for the result gets that of the last program.
return { main = function()
  check.equal(check.ok(process.exec("app:first", check.host(), 1)), 3)
end }

-- @process first
return { main = function(n)
  coroutine.spawn(function()
    local ok = pcall(function()
      local generator = coroutine.wrap(function() process.upgrade("app:second", n + 1) end)
      generator()
    end)
    error("went on: " .. tostring(ok))
  end)
  channel.new():receive()
end }

-- @process second
return { main = function(n) return n + 1 end }
