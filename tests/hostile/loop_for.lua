-- A counted loop that would last for years.
-- ends: terminated
return { main = function() for _ = 1, math.maxinteger do end end }
