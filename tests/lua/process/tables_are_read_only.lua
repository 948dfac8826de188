local check = require("check")

return { main = function()
  check.raises("read%-only", function() process.foo = 1 end)
  check.raises("read%-only", function() process.send = print end)
  check.equal(process.pid(), process.pid())
  check.raises("read%-only", function() process.pid = nil end)
  check.raises("read%-only", function() process.event.EXIT = "x" end)
  check.raises("read%-only", function() string.foo = 1 end)
  check.raises("read%-only", function() channel.new = nil end)
end }
