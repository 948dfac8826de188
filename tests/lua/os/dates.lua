local check = require("check")

return { main = function()
  check.equal(require("os"), os)
  local now = os.time()
  check.equal(math.type(now), "integer")
  check.equal(now, require("time").now():unix())
  require("time").sleep("10s")
  check.equal(os.time() - now, 10)
  check.equal(os.difftime(os.time(), now), 10)
  check.yes(os.clock() > 0)
  check.equal(type(os.clock()), "number")
  check.equal(os.platform, "wippy")

  check.equal(os.date("!%Y-%m-%d %H:%M:%S", 0), "1970-01-01 00:00:00")
  check.equal(os.date("!%a %A %b %B %d %j %p %y %%", 1718461845), "Sat Saturday Jun June 15 167 PM 24 %")
  check.equal(os.date("!%c", 0), "Thu Jan  1 00:00:00 1970")
  check.same(os.date("!*t", 1718461845), { year = 2024, month = 6, day = 15, hour = 14, min = 30, sec = 45, wday = 7, yday = 167, isdst = false })
  check.equal(os.date("!%Y-%m-%d %H:%M:%S"), require("time").now():utc():format("2006-01-02 15:04:05"))
  check.equal(type(os.date()), "string")
  check.equal(type(os.date("*t").year), "number")

  -- To a table and back.
  check.equal(os.time(os.date("*t", 1718461845)), 1718461845)
  check.equal(os.date("%Y-%m-%d %H", os.time { year = 2024, month = 14, day = -1 }), "2025-01-30 12")
end }
