-- The endless loop runs in a callback of gsub.
-- ends: terminated
return { main = function() return (("x"):gsub(".", function() while true do end end)) end }
