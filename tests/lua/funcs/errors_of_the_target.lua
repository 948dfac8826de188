-- @without json
local check = require("check")
local funcs = require("funcs")

return { main = function()
  -- nil, text
  local value, err = funcs.call("app:fails", "text")
  check.failed("Internal", "wrong input", value, err)
  check.equal(err:retryable(), false)
  -- nil, error object: kind, retryable and details are kept
  value, err = funcs.call("app:fails", "object")
  check.failed("Conflict", "too late", value, err)
  check.equal(err:retryable(), true)
  check.same(err:details(), { at = 7 })
  -- a value beside an error is dropped
  value, err = funcs.call("app:fails", "both")
  check.equal(value, nil)
  check.equal(tostring(err), "half done")
  -- a second value that is no error is not one
  check.equal(check.ok(funcs.call("app:fails", "number")), 1)
  -- raised text: with its position, retryable unknown
  value, err = funcs.call("app:fails", "raise")
  check.equal(value, nil)
  check.equal(err:kind(), "Internal")
  check.matches(err:message(), "^app:fails:%d+: out of order$")
  check.equal(err:retryable(), nil)
  -- raised object
  value, err = funcs.call("app:fails", "raise object")
  check.failed("NotFound", "no such thing", value, err)
  -- in another coroutine
  value, err = funcs.call("app:fails", "coroutine")
  check.matches(err, "in a coroutine")
  -- a global that is not there, as a module that is not listed
  value, err = funcs.call("app:fails", "global")
  check.matches(err, "unlisted")
  -- results that cannot leave the function
  value, err = funcs.call("app:fails", "function")
  check.failed("Invalid", "cannot send a function (value)", value, err)
  -- nothing of this hurts later calls
  check.equal(check.ok(funcs.call("app:fails", "number")), 1)
end }

-- @function fails
local function raise(what)
  if what == "raise" then error("out of order") end
  if what == "raise object" then error(errors.new({ message = "no such thing", kind = errors.NOT_FOUND })) end
  if what == "coroutine" then
    coroutine.spawn(function() error("in a coroutine") end)
    channel.new():receive()
  end
  if what == "global" then return unlisted.encode({}) end
end

return { main = function(what)
  if what == "text" then return nil, "wrong input" end
  if what == "object" then return nil, errors.new({ message = "too late", kind = errors.CONFLICT, retryable = true, details = { at = 7 } }) end
  if what == "both" then return "half", "half done" end
  if what == "number" then return 1, 2 end
  if what == "function" then return function() end end
  return raise(what)
end }
