-- The same with repeat.
-- ends: terminated
return { main = function() repeat until false end }
