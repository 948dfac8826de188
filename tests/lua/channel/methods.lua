local check = require("check")

return { main = function()
  local ch = channel.new()
  for _, name in ipairs { "send", "receive", "close", "case_send", "case_receive" } do
    check.equal(type(ch[name]), "function", name)
    check.raises("bad argument #1 to '" .. name .. "'", ch[name])
    check.raises("bad argument #1 to '" .. name .. "'", ch[name], "no channel")
  end
  check.equal(ch.capacity, nil)
  check.equal(getmetatable(ch), false)
  check.yes(ch ~= channel.new())
end }
