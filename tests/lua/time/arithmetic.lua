local check = require("check")
local time = require("time")

return { main = function()
  local t = time.date(2024, 1, 31, 12, 0, 0, 0, time.utc)
  check.equal(t:add("36h"):format(time.DATE_TIME), "2024-02-02 00:00:00")
  check.equal(t:add(-time.HOUR):hour(), 11)
  check.equal(t:add(1):sub(t):nanoseconds(), 1)
  check.equal(t:add(t:add("1m"):sub(t)):minute(), 1)
  check.equal(t:add_date(0, 1, 0):format(time.DATE_ONLY), "2024-03-02")
  check.equal(t:add_date(1, -1, 1):format(time.DATE_ONLY), "2025-01-01")
  check.equal(t:add_date(0, 0, -31):format(time.DATE_ONLY), "2023-12-31")

  local later = t:add("1s")
  check.equal(t:before(later), true)
  check.equal(later:before(t), false)
  check.equal(later:after(t), true)
  check.equal(t:equal(t:add(0)), true)
  check.equal(t:equal(later), false)
  check.equal(t:equal(t:in_location(time.fixed_zone("X", 3600))), true)

  local odd = time.date(2024, 1, 1, 10, 47, 31, 600000000, time.utc)
  check.equal(odd:truncate("1h"):format(time.TIME_ONLY), "10:00:00")
  check.equal(odd:round("1h"):format(time.TIME_ONLY), "11:00:00")
  check.equal(odd:round(time.SECOND):format(time.TIME_ONLY), "10:47:32")
  check.equal(odd:round("7m"):format(time.TIME_ONLY), "10:51:00")
  check.equal(odd:round(0):equal(odd), true)
  check.equal(odd:truncate(-5):equal(odd), true)
  -- Days begin at midnight UTC, whatever the location.
  check.equal(odd:in_location(time.fixed_zone("X", 7200)):truncate("24h"):format(time.DATE_TIME), "2024-01-01 02:00:00")

  -- The largest difference that 64 bits hold.
  local far = time.date(9000, 1, 1, 0, 0, 0, 0, time.utc):sub(t)
  check.equal(far:nanoseconds(), math.maxinteger)

  check.raises("bad argument #2 to 'add' %(duration expected, got string%)", t.add, t, "soon")
  check.raises("bad argument #2 to 'before' %(time expected, got number%)", t.before, t, 5)
  check.raises("bad argument #3 to 'add_date' %(whole number expected, got nil%)", t.add_date, t, 1, nil, 1)
  check.raises("bad argument #1 to 'year' %(time expected, got nil%)", t.year)
end }
