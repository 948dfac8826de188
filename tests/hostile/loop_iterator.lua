-- A for loop whose iterator never ends.
-- ends: terminated
return { main = function() for _ in function() return 1 end do end end }
