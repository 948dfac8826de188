local check = require("check")

return { main = function()
  local host = check.host()
  local value, err = process.exec("app:sum", host, { 1, 2, 3 }, 10)
  check.equal(err, nil)
  check.same(value, { sum = 16 })

  value, err = process.exec("app:nothing", host)
  check.equal(value, nil)
  check.equal(err, nil)

  value, err = process.exec("app:fails", host, "object")
  check.equal(value, nil)
  check.equal(err:kind(), "Conflict")
  check.equal(err:message(), "taken")
  check.equal(err:retryable(), true)
  check.same(err:details(), { by = "somebody" })

  value, err = process.exec("app:fails", host, "text")
  check.failed("Internal", "no luck", value, err)
  check.equal(err:retryable(), false)

  value, err = process.exec("app:fails", host, "raised")
  check.equal(value, nil)
  check.matches(err, "^app:fails:%d+: raised$")
  check.equal(err:retryable(), nil)
end }

-- @process sum
return { main = function(numbers, start)
  local sum = start
  for _, n in ipairs(numbers) do sum = sum + n end
  return { sum = sum }
end }

-- @process nothing
return { main = function() end }

-- @process fails
return { main = function(how)
  if how == "object" then
    return nil, errors.new{ kind = errors.CONFLICT, message = "taken", retryable = true, details = { by = "somebody" } }
  end
  if how == "text" then return 1, "no luck" end
  error("raised")
end }
