-- Returns what cannot leave the process.
-- ends: any
return { main = function() return { { { print } } } end }
