-- The same with goto.
-- ends: terminated
return {
  main = function()
    ::again::
    goto again
  end,
}
