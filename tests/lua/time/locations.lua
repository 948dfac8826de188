local check = require("check")
local time = require("time")

return { main = function()
  check.equal(tostring(time.utc), "UTC")
  check.equal(time.utc:string(), "UTC")
  check.equal(time.localtz:string(), "Local")
  check.equal(type(time.utc), "userdata")

  local tokyo = check.ok(time.load_location("Asia/Tokyo"))
  check.equal(tokyo:string(), "Asia/Tokyo")
  local t = time.date(2024, 6, 15, 12, 0, 0, 0, time.utc)
  check.equal(tostring(t:in_location(tokyo)), "2024-06-15 21:00:00 +0900 JST")
  check.equal(t:in_location(tokyo):location():string(), "Asia/Tokyo")
  check.equal(t:in_location(tokyo):utc():location():string(), "UTC")
  check.equal(t:in_local():location():string(), "Local")
  check.equal(time.now():location():string(), "Local")

  local york = check.ok(time.load_location("America/New_York"))
  check.equal(t:in_location(york):format("15:04 MST"), "08:00 EDT")
  check.equal(time.date(2024, 1, 1, 12, 0, 0, 0, york):format(time.RFC3339), "2024-01-01T12:00:00-05:00")
  check.equal(time.date(2024, 1, 1, 12, 0, 0, 0, york):format("MST"), "EST")
  -- A day stays a day where clocks change, an hour an hour.
  local eve = time.date(2024, 3, 9, 12, 0, 0, 0, york)
  check.equal(eve:add_date(0, 0, 1):format("15:04 MST"), "12:00 EDT")
  check.equal(eve:add("24h"):format("15:04 MST"), "13:00 EDT")

  local fixed = time.fixed_zone("HERE", -5400)
  check.equal(fixed:string(), "HERE")
  check.equal(t:in_location(fixed):format("15:04 MST -07:00"), "10:30 HERE -01:30")

  check.failed(errors.NOT_FOUND, "unknown time zone Nowhere/Town", time.load_location("Nowhere/Town"))
  check.failed(errors.NOT_FOUND, "unknown time zone ../../../etc/passwd", time.load_location("../../../etc/passwd"))
  check.failed(errors.NOT_FOUND, "unknown time zone /etc/localtime", time.load_location("/etc/localtime"))
  check.equal(check.ok(time.load_location("UTC")):string(), "UTC")
  check.equal(check.ok(time.load_location("Local")):string(), "Local")
  check.raises("bad argument #2 to 'fixed_zone' %(a whole number", time.fixed_zone, "X", 1e6)
  check.raises("bad argument #2 to 'in_location' %(location expected, got string%)", t.in_location, t, "UTC")
end }
