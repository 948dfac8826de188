-- Methods called on the wrong objects, and objects used after their end.
-- ends: ok
return {
  main = function()
    local ch = channel.new(1)
    local err = errors.new("x")
    local values = { ch, err, 1, "s", {}, print, coroutine.create(print), true }
    for _, method in ipairs { ch.send, ch.receive, ch.close, ch.case_send, ch.case_receive, err.message, err.kind, err.details } do
      for _, value in ipairs(values) do
        if value ~= ch and value ~= err then assert(not pcall(method, value)) end
      end
      assert(not pcall(method))
    end
    assert(not pcall(err.message, ch))
    assert(not pcall(ch.case_send, err))
    assert(not pcall(setmetatable, ch, {}))
    assert(type(getmetatable(ch)) ~= "table")
    ch:close()
    ch:close()
    assert(not pcall(ch.send, ch, 1))
  end,
}
