-- Spends its time in short C functions.
-- ends: terminated
local byte, select = string.byte, select
return { main = function() while true do byte("abc", select("#", 1, 2)) end end }
