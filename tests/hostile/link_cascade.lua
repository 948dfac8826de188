-- A long chain of linked processes that dies from one end.
-- ends: error
return {
  main = function(_, depth)
    depth = depth or 0
    if depth == 200 then error("the chain breaks here") end
    process.spawn_linked("app:hostile", "app:user", nil, depth + 1)
    process.inbox():receive()
  end,
}
