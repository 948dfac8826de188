local check = require("check")

return { main = function()
  local io = require("io")
  for _, name in ipairs { "write", "print", "eprint", "flush", "read", "readline", "raw", "args" } do
    check.failed("Unavailable", "no terminal context", io[name]())
  end
  check.equal(io.open, nil)
end }
