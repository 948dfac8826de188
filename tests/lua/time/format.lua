local check = require("check")
local time = require("time")

return { main = function()
  local t = time.date(2024, 6, 5, 4, 3, 2, 10203000, time.fixed_zone("CEST", 7200))
  local expected = {
    [time.RFC3339] = "2024-06-05T04:03:02+02:00",
    [time.RFC3339NANO] = "2024-06-05T04:03:02.010203+02:00",
    [time.RFC822] = "05 Jun 24 04:03 CEST",
    [time.RFC822Z] = "05 Jun 24 04:03 +0200",
    [time.RFC850] = "Wednesday, 05-Jun-24 04:03:02 CEST",
    [time.RFC1123] = "Wed, 05 Jun 2024 04:03:02 CEST",
    [time.RFC1123Z] = "Wed, 05 Jun 2024 04:03:02 +0200",
    [time.KITCHEN] = "4:03AM",
    [time.STAMP] = "Jun  5 04:03:02",
    [time.STAMP_MILLI] = "Jun  5 04:03:02.010",
    [time.STAMP_MICRO] = "Jun  5 04:03:02.010203",
    [time.STAMP_NANO] = "Jun  5 04:03:02.010203000",
    [time.DATE_TIME] = "2024-06-05 04:03:02",
    [time.DATE_ONLY] = "2024-06-05",
    [time.TIME_ONLY] = "04:03:02",
    ["January 2, 2006 3 03 pm PM"] = "June 5, 2024 4 04 am AM",
    ["1/2/06 3:4:5"] = "6/5/24 4:3:2",
    ["__2 002"] = "157 157",
    ["05,000 05.99 05.999999"] = "02,010 02.01 02.010203",
    ["Z07 Z0700 Z07:00 Z070000 Z07:00:00"] = "+02 +0200 +02:00 +020000 +02:00:00",
    ["-07 -0700 -07:00 -070000 -07:00:00"] = "+02 +0200 +02:00 +020000 +02:00:00",
    ["Janus Monsoon Jan. Mon"] = "Janus Monsoon Jun. Wed",
    ["_2006"] = "_2024",
    ["2006.01.02"] = "2024.06.05",
    ["at 15h, literally"] = "at 04h, literally",
    [""] = "",
  }
  for layout, text in pairs(expected) do check.equal(t:format(layout), text, layout) end
  check.equal(t:format_rfc3339(), "2024-06-05T04:03:02+02:00")
  check.equal(t:utc():format_rfc3339(), "2024-06-05T02:03:02Z")
  check.equal(t:utc():format("15 MST -0700 Z07"), "02 UTC +0000 Z")
  check.equal(t:in_location(time.fixed_zone("", -12600)):format("MST"), "-0330")
  check.equal(time.date(2024, 1, 1, 12, 0, 0, 0, time.utc):format("3PM"), "12PM")
  check.equal(time.date(2024, 1, 1, 0, 0, 0, 0, time.utc):format("3PM"), "12AM")
  check.equal(time.date(98, 12, 25, 0, 0, 0, 0, time.utc):format("2006 Mon"), "0098 Thu")
  check.raises("layout of 1025 characters", t.format, t, string.rep("x", 1025))
  check.raises("bad argument #2 to 'format' %(string expected, got table%)", t.format, t, {})
end }
