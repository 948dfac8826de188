local check = require("check")

return { main = function()
  local err = errors.new("access denied here")
  check.equal(string.find(err, "denied"), 8)
  check.equal(string.match(err, "%a+$"), "here")
  check.equal(string.len(err), 18)
  check.equal(string.upper(err), "ACCESS DENIED HERE")
  check.equal(string.sub(err, 1, 6), "access")
  check.equal((string.gsub(err, "denied", "granted")), "access granted here")
  check.equal(string.format("%s", err), "access denied here")
  check.raises("bad argument #1 to 'find'", string.find)
  check.raises("bad argument #1 to 'find'", string.find, {}, "x")
end }
