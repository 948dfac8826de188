-- An empty endless loop.
-- ends: terminated
return { main = function() while true do end end }
