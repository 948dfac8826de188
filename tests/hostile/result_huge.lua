-- Returns more than anybody wants to know.
-- ends: any
return {
  main = function()
    local t = {}
    for i = 1, 100000 do t[i] = { i, tostring(i) } end
    return t
  end,
}
