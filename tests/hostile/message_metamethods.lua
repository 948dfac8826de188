-- Payloads whose metamethods never end: copying does not ask them.
-- ends: ok
local function forever() while true do end end
return {
  main = function()
    local t = setmetatable({ 1, 2, 3 }, { __index = forever, __len = forever, __pairs = forever, __tostring = forever })
    process.send(process.pid(), "t", t)
    assert(process.inbox():receive():payload():data()[2] == 2)
  end,
}
