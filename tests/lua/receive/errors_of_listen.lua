local check = require("check")

return { main = function()
  check.failed("Invalid", "topic cannot be empty", process.listen(""))
  check.failed("Invalid", "cannot listen to @ topics", process.listen("@pid/inbox"))
  check.raises("bad argument #1 to 'listen'", process.listen)
  check.raises("bad argument #1 to 'listen'", process.listen, {})
  check.raises("bad argument #1 to 'unlisten'", process.unlisten)
  check.raises("bad argument #1 to 'unlisten'", process.unlisten, "x")
  local ok, err = process.unlisten(channel.new())
  check.equal(ok, false)
  check.equal(type(err), "userdata")
end }
