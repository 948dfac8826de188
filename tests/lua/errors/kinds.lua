local check = require("check")

return { main = function()
  local kinds = {
    UNKNOWN = "", INVALID = "Invalid", NOT_FOUND = "NotFound", ALREADY_EXISTS = "AlreadyExists", PERMISSION_DENIED = "PermissionDenied",
    UNAVAILABLE = "Unavailable", INTERNAL = "Internal", CANCELED = "Canceled", CONFLICT = "Conflict", TIMEOUT = "Timeout", RATE_LIMITED = "RateLimited",
  }
  for name, text in pairs(kinds) do
    check.equal(errors[name], text)
    local err = errors.new { message = "m", kind = text }
    check.equal(errors.is(err, text), true)
    check.equal(errors.is(err, "Other"), false)
  end
  check.equal(errors.is("text", errors.UNKNOWN), false)
  check.equal(errors.is(nil, errors.UNKNOWN), false)
  check.equal(errors.is({}, "Invalid"), false)
end }
