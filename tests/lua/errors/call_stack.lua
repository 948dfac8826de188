local check = require("check")

local function deep()
  return errors.new({ message = "deep" }), "so that this is no tail call"
end

local function middle()
  local err = deep()
  return err
end

local function lines(err)
  local frames = {}
  for i, frame in ipairs(errors.call_stack(err).frames) do
    check.equal(frame.level, i - 1)
    check.equal(frame.source, "app:test")
    frames[i] = frame.name .. " " .. frame.line .. " " .. frame.type
  end
  return table.concat(frames, ", ")
end

return { main = function()
  local err = middle()
  check.matches(lines(err), "^deep 4 Lua, middle 8 Lua, %S+ 23 Lua$")
  check.equal(errors.call_stack(err).thread, "main")
  check.matches(err:stack(), "app:test:4: in deep")

  -- What wrap adds stands in front; the calls are those of the first error.
  local wrapped = errors.wrap(err, "while testing")
  check.matches(wrapped:stack(), "^while testing\nstack of main:\n")
  check.equal(lines(wrapped), lines(err))

  local done = channel.new()
  coroutine.spawn(function()
    local made = errors.new("in a coroutine")
    done:send(made)
  end)
  check.equal(errors.call_stack(done:receive()).thread, "coroutine")

  -- It travels with the error.
  local pid = check.spawn_monitored("child")
  local frames = errors.call_stack(check.exit_of(pid).error).frames
  check.equal(frames[1].source, "app:child")
  check.equal(frames[1].line, 53)

  check.equal(errors.call_stack("text"), nil)
  check.equal(errors.call_stack(nil), nil)
  check.equal(errors.call_stack(select(2, process.send("nobody", "topic"))), nil)
end }

-- @process child
return { main = function()
  local err = errors.new({ message = "broken", kind = errors.CONFLICT })
  return nil, err
end }
