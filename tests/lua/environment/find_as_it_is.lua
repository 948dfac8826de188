-- @once
-- string.find with plain = true is the same for short texts, which Lua searches, and for long ones.
local check = require("check")

return { main = function()
  local long = ("ab"):rep(3000000) .. "needle" .. ("ab"):rep(1000000)
  local at = 6000001
  local function find(...) return table.concat({ tostring((long:find(...))), tostring((select(2, long:find(...)))) }, " ") end

  check.equal(find("needle", 1, true), at .. " " .. at + 5)
  check.equal(find("needle", at, true), at .. " " .. at + 5)
  check.equal(find("needle", at + 1, true), "nil nil")
  check.equal(find("needle", -2000006, true), at .. " " .. at + 5)
  check.equal(find("needle", -2000005, true), "nil nil")
  check.equal(find("needle", -100000000, true), at .. " " .. at + 5)
  check.equal(find("needle", 100000000, true), "nil nil")
  check.equal(find("needle", math.maxinteger, true), "nil nil")
  check.equal(find("needle", math.mininteger, true), at .. " " .. at + 5)
  check.equal(find("needle", 0, true), at .. " " .. at + 5)
  check.equal(find("needle", tostring(at), true), at .. " " .. at + 5)
  check.equal(find("needle", nil, 1), at .. " " .. at + 5)
  check.equal(find("[a-", 1, true), "nil nil")
  -- Where the looks at it meet.
  local seam = 4194304
  for _, before in ipairs({ seam - 6, seam - 3, seam - 1, seam }) do
    local text = ("x"):rep(before) .. "needle" .. ("x"):rep(10)
    check.equal((text:find("needle", 1, true)), before + 1)
    check.equal((select(2, text:find("needle", 1, true))), before + 6)
  end
  -- Not of this one: the whole pattern differs in its last letter only, at each of two million places.
  local same = ("["):rep(4000000)
  check.equal((same:find(("["):rep(2000000) .. "x", 1, true)), nil)
  check.equal((same:find(("["):rep(2000000), 1, true)), 1)
  check.equal((same:find(same .. "[", 1, true)), nil)

  check.raises("bad argument #3 to .+ %(number expected, got string%)", function() return long:find("needle", "x", true) end)
  check.raises("bad argument #3 to .+ %(number has no integer representation%)", function() return long:find("needle", 1.5, true) end)
end }
