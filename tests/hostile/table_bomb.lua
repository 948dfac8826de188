-- Tables inside tables without end.
-- ends: limit
return {
  main = function()
    local t = {}
    while true do t = { t, {}, {} } end
  end,
}
