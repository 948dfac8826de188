-- The source gives a table with the method, or the method; anything else is a failure of the spawn.
local check = require("check")

return { main = function()
  for _, name in ipairs { "nothing", "number", "text", "no_function" } do
    local pid, err = process.spawn("app:" .. name, check.host())
    check.equal(pid, nil, name)
    check.equal(type(err), "userdata", name)
    check.equal(err:retryable(), false, name)
  end
end }

-- @process nothing
local x = 1

-- @process number
return 5

-- @process text
return "main"

-- @process no_function
return { main = "text" }
