local check = require("check")
local time = require("time")

-- The time in full, read back.
local function read(layout, text, location)
  return tostring(check.ok(time.parse(layout, text, location)))
end

local function fails(layout, text, message)
  check.failed(errors.INVALID, message, time.parse(layout, text))
end

return { main = function()
  check.equal(read(time.RFC3339, "2024-06-15T14:30:45Z"), "2024-06-15 14:30:45 +0000 UTC")
  check.equal(read(time.RFC3339, "2024-06-15T14:30:45.25Z"), "2024-06-15 14:30:45.25 +0000 UTC")
  check.equal(read(time.RFC3339NANO, "2024-06-15T14:30:45.123456789-03:30"), "2024-06-15 14:30:45.123456789 -0330 -0330")
  check.equal(read(time.DATE_ONLY, "2024-02-29"), "2024-02-29 00:00:00 +0000 UTC")
  check.equal(read(time.KITCHEN, "12:04AM"), "0000-01-01 00:04:00 +0000 UTC")
  check.equal(read(time.KITCHEN, "3:04PM"), "0000-01-01 15:04:00 +0000 UTC")
  check.equal(read(time.RFC1123, "Mon, 02 Jan 2006 15:04:05 GMT"), "2006-01-02 15:04:05 +0000 GMT")
  check.equal(read(time.RFC850, "monday, 02-JAN-06 15:04:05 UTC"), "2006-01-02 15:04:05 +0000 UTC")
  check.equal(read(time.STAMP_MILLI, "Feb  4 21:00:57.012"), "0000-02-04 21:00:57.012 +0000 UTC")
  check.equal(read("2006-002", "2024-366"), "2024-12-31 00:00:00 +0000 UTC")
  check.equal(read("06", "69"), "1969-01-01 00:00:00 +0000 UTC")
  check.equal(read("06", "68"), "2068-01-01 00:00:00 +0000 UTC")
  check.equal(read("MST 15", "GMT+3 12"), "0000-01-01 12:00:00 +0300 GMT+3")
  check.equal(read(time.DATE_TIME, "2024-06-15 14:30:45", time.fixed_zone("X", 3600)), "2024-06-15 14:30:45 +0100 X")
  check.equal(read(time.DATE_TIME, "2024-07-01 12:00:00", check.ok(time.load_location("Europe/Berlin"))), "2024-07-01 12:00:00 +0200 CEST")
  check.equal(read("2006-01-02 -0700", "2024-07-01 +0200", check.ok(time.load_location("Europe/Berlin"))), "2024-07-01 00:00:00 +0200 CEST")

  -- What a layout writes it also reads.
  local t = time.date(2024, 12, 3, 9, 8, 7, 0, time.utc)
  for _, layout in ipairs { time.RFC3339, time.RFC1123Z, time.RFC1123, time.RFC850, time.DATE_TIME, "Jan _2 2006 3:04:05 pm", "20060102150405" } do
    check.equal(check.ok(time.parse(layout, t:format(layout))):equal(t), true, layout)
  end

  fails(time.DATE_ONLY, "2024-02-30", 'parsing time "2024-02-30": day out of range')
  fails(time.DATE_ONLY, "2024-13-01", 'parsing time "2024-13-01": month out of range')
  fails(time.TIME_ONLY, "24:00:00", 'parsing time "24:00:00": hour out of range')
  fails(time.TIME_ONLY, "10:60:00", 'parsing time "10:60:00": minute out of range')
  fails(time.DATE_ONLY, "2024-01-01x", 'parsing time "2024-01-01x": extra text: "x"')
  fails(time.DATE_ONLY, "yesterday", 'parsing time "yesterday" as "2006-01-02": cannot parse "yesterday" as "2006"')
  fails(time.DATE_ONLY, "2024/01/01", 'parsing time "2024/01/01" as "2006-01-02": cannot parse "/01/01" as "-"')
  fails(time.DATE_ONLY, "", 'parsing time "" as "2006-01-02": cannot parse "" as "2006"')
  fails("05.000", "07.12", 'parsing time "07.12" as "05.000": cannot parse ".12" as ".000"')
  fails("2006-002", "2023-366", 'parsing time "2023-366": day-of-year out of range')
  fails("-07:00", "+25:00", 'parsing time "+25:00": time zone offset hour out of range')
  fails("MST", "xyz", 'parsing time "xyz" as "MST": cannot parse "xyz" as "MST"')
  fails(string.rep("x", 2000), "x", "layout or text of 2000 characters (at most 1024)")
  check.raises("bad argument #2 to 'parse' %(string expected, got no value%)", time.parse, "2006")
  check.raises("bad argument #3 to 'parse' %(location expected, got string%)", time.parse, "2006", "2024", "UTC")
end }
