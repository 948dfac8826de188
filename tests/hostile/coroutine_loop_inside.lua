-- The endless loop runs in a coroutine inside a coroutine.
-- ends: terminated
return {
  main = function()
    local outer = coroutine.wrap(function()
      local inner = coroutine.wrap(function() while true do end end)
      inner()
    end)
    outer()
  end,
}
