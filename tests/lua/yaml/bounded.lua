-- @once
local check = require("check")

return { main = function()
  local value, err = yaml.decode(string.rep(" ", 4 * 1024 * 1024) .. "1")
  check.failed("LimitExceeded", "a YAML text of 4194305 bytes (the limit is 4194304)", value, err)
  value, err = yaml.decode("[" .. string.rep("1,", 200001) .. "1]")
  check.equal(value, nil)
  check.matches(err, "more than 200000 values")

  -- Aliases of aliases make a small text stand for very many values; they are one table each.
  local lines = { "a0: &a0 [x]" }
  for i = 1, 40 do lines[#lines + 1] = string.format("a%d: &a%d [*a%d, *a%d]", i, i, i - 1, i - 1) end
  local bomb = check.ok(yaml.decode(table.concat(lines, "\n")))
  local text
  text, err = yaml.encode(bomb)
  check.equal(text, nil)
  check.matches(err, "more than 200000 values")
end }
