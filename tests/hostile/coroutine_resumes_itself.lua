-- Tries to resume the coroutine it runs in, and its resumer.
-- ends: ok
return {
  main = function()
    local outer, inner
    outer = coroutine.create(function()
      inner = coroutine.create(function()
        assert(not coroutine.resume(inner))
        assert(not coroutine.resume(outer))
      end)
      assert(coroutine.resume(inner))
    end)
    assert(coroutine.resume(outer))
    assert(not coroutine.resume(outer))
  end,
}
