-- The endless loop runs in a comparator.
-- ends: terminated
return { main = function() table.sort({ 3, 2, 1 }, function() while true do end end) end }
