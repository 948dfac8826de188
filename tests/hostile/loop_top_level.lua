-- The chunk itself never ends, so the process never gets to main.
-- ends: terminated
while true do end
