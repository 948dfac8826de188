local check = require("check")
local time = require("time")

return { main = function()
  local months = { "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER" }
  for number, name in ipairs(months) do check.equal(time[name], number, name) end
  local days = { "SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY" }
  for number, name in ipairs(days) do check.equal(time[name], number - 1, name) end
  check.equal(time.NANOSECOND, 1)
  check.equal(5 * time.SECOND, 5000000000)
  check.equal(time.RFC3339, "2006-01-02T15:04:05Z07:00")
end }
