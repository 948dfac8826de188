---@meta time

---@class time.Duration
local Duration = {}

---@return integer
function Duration:nanoseconds() end

---@return integer
function Duration:microseconds() end

---@return integer
function Duration:milliseconds() end

---@return number
function Duration:seconds() end

---@return number
function Duration:minutes() end

---@return number
function Duration:hours() end

---@class time.Location
local Location = {}

---@return string
function Location:string() end

---@class time.Ticker
local Ticker = {}

---@return channel
function Ticker:response() end

---@return channel
function Ticker:channel() end

function Ticker:stop() end

---@class time.Time
local Time = {}

---@return integer
function Time:unix() end

---@return integer
function Time:unix_nano() end

---@return integer
function Time:year() end

---@return integer
function Time:month() end

---@return integer
function Time:day() end

---@return integer
function Time:hour() end

---@return integer
function Time:minute() end

---@return integer
function Time:second() end

---@return integer
function Time:nanosecond() end

---@return integer
function Time:weekday() end

---@return integer
function Time:year_day() end

---@return integer
---@return integer
---@return integer
function Time:date() end

---@return integer
---@return integer
---@return integer
function Time:clock() end

---@param other time.Time
---@return boolean
function Time:before(other) end

---@param other time.Time
---@return boolean
function Time:after(other) end

---@param other time.Time
---@return boolean
function Time:equal(other) end

---@return boolean
function Time:is_zero() end

---@param d string|number|time.Duration
---@return time.Time
function Time:add(d) end

---@param d string|number|time.Duration
---@return time.Time
function Time:round(d) end

---@param d string|number|time.Duration
---@return time.Time
function Time:truncate(d) end

---@param other time.Time
---@return time.Duration
function Time:sub(other) end

---@param years integer
---@param months integer
---@param days integer
---@return time.Time
function Time:add_date(years, months, days) end

---@param layout string
---@return string
function Time:format(layout) end

---@return string
function Time:format_rfc3339() end

---@return time.Location
function Time:location() end

---@param location time.Location
---@return time.Time
function Time:in_location(location) end

---@return time.Time
function Time:utc() end

---@return time.Time
function Time:in_local() end

---@class time.Timer
local Timer = {}

---@return channel
function Timer:response() end

---@return channel
function Timer:channel() end

---@return boolean
function Timer:stop() end

---@param d string|number|time.Duration
---@return boolean
function Timer:reset(d) end

time = {}

time.NANOSECOND = 1
time.MICROSECOND = 1000
time.MILLISECOND = 1000000
time.SECOND = 1000000000
time.MINUTE = 60000000000
time.HOUR = 3600000000000
time.RFC3339 = "2006-01-02T15:04:05Z07:00"
time.RFC3339NANO = "2006-01-02T15:04:05.999999999Z07:00"
time.RFC822 = "02 Jan 06 15:04 MST"
time.RFC822Z = "02 Jan 06 15:04 -0700"
time.RFC850 = "Monday, 02-Jan-06 15:04:05 MST"
time.RFC1123 = "Mon, 02 Jan 2006 15:04:05 MST"
time.RFC1123Z = "Mon, 02 Jan 2006 15:04:05 -0700"
time.KITCHEN = "3:04PM"
time.STAMP = "Jan _2 15:04:05"
time.STAMP_MILLI = "Jan _2 15:04:05.000"
time.STAMP_MICRO = "Jan _2 15:04:05.000000"
time.STAMP_NANO = "Jan _2 15:04:05.000000000"
time.DATE_TIME = "2006-01-02 15:04:05"
time.DATE_ONLY = "2006-01-02"
time.TIME_ONLY = "15:04:05"
time.JANUARY = 1
time.FEBRUARY = 2
time.MARCH = 3
time.APRIL = 4
time.MAY = 5
time.JUNE = 6
time.JULY = 7
time.AUGUST = 8
time.SEPTEMBER = 9
time.OCTOBER = 10
time.NOVEMBER = 11
time.DECEMBER = 12
time.SUNDAY = 0
time.MONDAY = 1
time.TUESDAY = 2
time.WEDNESDAY = 3
time.THURSDAY = 4
time.FRIDAY = 5
time.SATURDAY = 6

---@param d string|number|time.Duration
---@return nil
---@return error?
function time.sleep(d) end

---@param d string|number|time.Duration
---@return channel?
---@return error?
function time.after(d) end

---@param d string|number|time.Duration
---@return time.Timer?
---@return error?
function time.timer(d) end

---@param d string|number|time.Duration
---@return time.Ticker?
---@return error?
function time.ticker(d) end

---@return time.Time
function time.now() end

---@param year integer
---@param month integer
---@param day integer
---@param hour integer
---@param minute integer
---@param second integer
---@param nanosecond integer
---@param location? time.Location
---@return time.Time
function time.date(year, month, day, hour, minute, second, nanosecond, location) end

---@param seconds integer
---@param nanoseconds? integer
---@return time.Time
function time.unix(seconds, nanoseconds) end

---@param layout string
---@param text string
---@param location? time.Location
---@return time.Time?
---@return error?
function time.parse(layout, text, location) end

---@param d string|number|time.Duration
---@return time.Duration?
---@return error?
function time.parse_duration(d) end

---@param name string
---@return time.Location?
---@return error?
function time.load_location(name) end

---@param name string
---@param offset integer
---@return time.Location
function time.fixed_zone(name, offset) end

---@type time.Location
time.utc = nil

---@type time.Location
time.localtz = nil

return time
