local stage = require("stage")

-- "1 + 2" becomes { 1, 2 }. What it cannot read is no reason for more code: the process fails, and there is a new one.
local function main()
  stage.run("parse", function(item)
    local a, b = item.text:match("^(%d+) %+ (%d+)$")
    assert(a, "not a sum: " .. item.text)
    return "sum", "numbers", { client = item.client, numbers = { tonumber(a), tonumber(b) } }
  end)
end

return { main = main }
