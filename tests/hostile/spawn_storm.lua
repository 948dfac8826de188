-- Starts processes that end at once, for ever.
-- ends: terminated
return {
  main = function(_, is_child)
    if is_child then return end
    while true do process.spawn("app:hostile", "app:user", nil, true) end
  end,
}
