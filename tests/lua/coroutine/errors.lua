local check = require("check")

return { main = function()
  local co = coroutine.create(function() error("inside") end)
  local ok, err = coroutine.resume(co)
  check.equal(ok, false)
  check.matches(err, "^app:test:%d+: inside$")
  check.equal(coroutine.status(co), "dead")
  check.same({ coroutine.resume(co) }, { false, "cannot resume dead coroutine" })

  local object = errors.new { message = "object", kind = errors.CONFLICT }
  ok, err = coroutine.resume(coroutine.create(function() error(object) end))
  check.yes(rawequal(err, object))
  local t = {}
  ok, err = coroutine.resume(coroutine.create(function() error(t) end))
  check.yes(rawequal(err, t))
  ok, err = coroutine.resume(coroutine.create(function() error() end))
  check.equal(ok, false)
  check.equal(err, nil)

  -- Through a chain of three, after a wait.
  local time = require("time")
  local outer = coroutine.wrap(function()
    local middle = coroutine.wrap(function()
      local inner = coroutine.wrap(function() time.sleep("1ms") error(object) end)
      inner()
    end)
    local ok, err = pcall(middle)
    check.equal(ok, false)
    coroutine.yield(err)
    error("from outer")
  end)
  check.yes(rawequal(outer(), object))
  check.raises("from outer", outer)
  check.raises("cannot resume dead coroutine", outer)
end }
