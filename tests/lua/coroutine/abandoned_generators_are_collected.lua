local check = require("check")

return { main = function()
  for _ = 1, 2000 do
    local step = coroutine.wrap(function()
      local t = {}
      for i = 1, 50 do t[i] = i end
      coroutine.yield(t)
    end)
    check.equal(#step(), 50)
  end
  local co = coroutine.create(function() coroutine.yield() end)
  coroutine.resume(co)
  check.equal(coroutine.status(co), "suspended")
end }
