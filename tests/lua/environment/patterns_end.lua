-- @once
-- Pattern functions answer as Lua's own do, through the library and as methods; what would not end is refused.
local check = require("check")

return { main = function()
  local s = "hello world from lua"
  check.same({ s:find("o", 6) }, { 8, 8 })
  check.same({ string.find(s, "(o)(.)") }, { 5, 6, "o", " " })
  check.same({ s:find("w.r", 1, true) }, {})
  check.same({ s:match("(%w+) (%w+)") }, { "hello", "world" })
  local words = {}
  for word in s:gmatch("%a+") do words[#words + 1] = word end
  check.same(words, { "hello", "world", "from", "lua" })

  check.same({ s:gsub("o", "0") }, { "hell0 w0rld fr0m lua", 3 })
  check.same({ s:gsub("%w+", string.upper, 2) }, { "HELLO WORLD from lua", 2 })
  check.same({ s:gsub("(%w)(%w)", function(a, b) return b .. a end, 1) }, { "ehllo world from lua", 1 })
  check.same({ s:gsub("%w+", { hello = "bye", world = false }) }, { "bye world from lua", 4 })
  check.same({ ("abc"):gsub("", function() return "-" end) }, { "-a-b-c-", 4 })
  check.same({ ("abc def"):gsub("%w*", function(w) return "[" .. w .. "]" end) }, { ("abc def"):gsub("%w*", "[%0]") })
  check.same({ ("aaa"):gsub("^a", function() return "b" end) }, { "baa", 1 })
  check.same({ ("abc"):gsub("^x*", function(w) return "<" .. w .. ">" end) }, { "<>abc", 1 })
  check.same({ ("THE (quick) fox"):gsub("%f[%a]%a+", function(w) return w:lower() end) }, { "the (quick) fox", 3 })
  check.same({ ("a,b"):gsub("()", function(at) return tostring(at) end) }, { "1a2,3b4", 4 })
  check.raises("invalid replacement value %(a table%)", function() return ("x"):gsub("x", function() return {} end) end)
  check.raises("malformed pattern", function() return ("x"):gsub("[", function() end) end)

  -- What a callback calls may wait.
  check.same({ ("ab"):gsub(".", function(c) time.sleep("1ms") return c .. c end) }, { "aabb", 2 })

  check.raises("pattern takes too many steps", function() return (("a"):rep(3000)):find((".-"):rep(20) .. "b") end)
  local long = ("word "):rep(20000)
  check.equal(select(2, long:gsub("%w+", "%0")), 20000)
  check.equal(#long:match("^%s*(.-)%s*$"), #long - 1)
end }
