local check = require("check")

local function echo(value)
  process.send(process.pid(), "value", value)
  return process.inbox():receive():payload():data()
end

return { main = function()
  for _, retryable in ipairs { true, false, "unset" } do
    local flag = retryable
    if flag == "unset" then flag = nil end
    local err = errors.new { message = "no disk", kind = errors.UNAVAILABLE, retryable = flag, details = { disk = "sda", free = 0 } }
    local copy = echo(err)
    check.equal(type(copy), "userdata")
    check.equal(copy:message(), "no disk")
    check.equal(copy:kind(), errors.UNAVAILABLE)
    check.equal(copy:retryable(), flag)
    check.same(copy:details(), { disk = "sda", free = 0 })
  end

  local nested = echo({ list = { errors.new("inside") } })
  check.equal(nested.list[1]:message(), "inside")
  check.equal(nested.list[1]:kind(), errors.UNKNOWN)

  local shared = { 1 }
  local details = echo(errors.new { message = "m", details = { a = shared, b = shared } }):details()
  check.yes(details.a == details.b)
  check.equal(details.a[1], 1)

  local cycle = {}
  cycle.self = cycle
  details = echo({ err = errors.new { message = "m", details = cycle } }).err:details()
  check.yes(details.self == details)
end }
