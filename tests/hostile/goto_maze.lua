-- Jumps that never leave.
-- ends: terminated
return {
  main = function()
    local i = 0
    ::a::
    i = i + 1
    if i % 2 == 0 then goto a end
    ::b::
    i = i - 1
    if i % 3 == 0 then goto a end
    goto b
  end,
}
