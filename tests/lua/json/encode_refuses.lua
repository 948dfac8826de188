local check = require("check")

return { main = function()
  local function refused(value, message)
    local text, err = json.encode(value)
    check.failed("Internal", message, text, err)
    check.equal(err:retryable(), false)
  end

  refused(print, "cannot encode a function (value)")
  refused({ a = { 1, print } }, "cannot encode a function (value.a[2])")
  refused(coroutine.create(print), "cannot encode a thread (value)")
  refused({ channel.new() }, "cannot encode a userdata (value[1])")
  refused({ 1, nil, 3 }, "cannot encode a list with gaps (2 values, the last one at 3) (value)")
  refused({ a = { [1] = 1, x = 2 } }, "cannot encode a table with both names and numbers as keys, or with numbers below 1 (value.a)")
  refused({ [0] = 1 }, "cannot encode a table with both names and numbers as keys, or with numbers below 1 (value)")
  refused({ [true] = 1 }, "cannot encode a table with a boolean as key (value)")
  refused({ [{}] = 1 }, "cannot encode a table with a table as key (value)")
  refused("\255", "cannot encode a string that is not UTF-8 (value)")
  refused({ ["\255"] = 1 }, "cannot encode a table with a name that is not UTF-8 (value)")

  local loop = {}
  loop.again = { loop }
  refused(loop, "cannot encode a table that contains itself (value.again[1])")

  local deep = {}
  for _ = 1, 127 do deep = { deep } end
  check.ok(json.encode(deep))
  local text, err = json.encode({ deep })
  check.equal(text, nil)
  check.matches(err, "nested deeper than 128")
end }
