-- Floods a neighbour that does read, but slowly.
-- ends: terminated
return {
  main = function(neighbour)
    while true do process.send(neighbour, "flood", { n = 1 }) end
  end,
}
