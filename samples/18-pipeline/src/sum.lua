local stage = require("stage")

local function main()
  stage.run("sum", function(item)
    return item.client, "result", item.numbers[1] + item.numbers[2]
  end)
end

return { main = main }
