local check = require("check")

return { main = function()
  local time = require("time")
  local order = {}
  for _, d in ipairs { 30, 10, 20 } do
    coroutine.spawn(function()
      time.sleep(d * time.MILLISECOND)
      order[#order + 1] = d
    end)
  end
  local before = time.now()
  time.sleep("40ms")
  check.same(order, { 10, 20, 30 })
  check.equal(time.now():sub(before):milliseconds(), 40)
end }
