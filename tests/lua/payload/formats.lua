local check = require("check")

return { main = function()
  check.same(payload.format, {
    JSON = "json/plain", YAML = "yaml/plain", STRING = "text/plain", BYTES = "application/octet-stream",
    MSGPACK = "application/msgpack", LUA = "lua/any", GOLANG = "golang/any", ERROR = "golang/error",
  })
  local p = payload.new({ a = 1, list = { 1, "x" } })
  check.equal(p:get_format(), payload.format.LUA)
  check.equal(tostring(p), "payload{format=lua/any}")
  for _, name in ipairs({ "JSON", "MSGPACK", "YAML", "LUA", "GOLANG" }) do
    local other, err = p:transcode(payload.format[name])
    check.equal(err, nil)
    check.equal(other:get_format(), payload.format[name])
    check.equal(tostring(other), "payload{format=" .. payload.format[name] .. "}")
    check.same(other:data(), { a = 1, list = { 1, "x" } })
    check.same(other:unmarshal(), { a = 1, list = { 1, "x" } })
    check.same(check.ok(other:transcode(payload.format.LUA)):data(), { a = 1, list = { 1, "x" } })
  end
  -- The text itself.
  local json = check.ok(p:transcode(payload.format.JSON))
  check.equal(check.ok(json:transcode(payload.format.STRING)):data(), '{"a":1,"list":[1,"x"]}')
  check.equal(check.ok(json:transcode(payload.format.BYTES)):data(), '{"a":1,"list":[1,"x"]}')
  check.equal(check.ok(check.ok(json:transcode(payload.format.YAML)):transcode(payload.format.STRING)):data(), "a: 1\nlist:\n- 1\n- x\n")
  for _, value in ipairs({ 5, "text", true, 1.5 }) do
    check.equal(check.ok(payload.new(value):transcode(payload.format.YAML)):data(), value)
  end
  -- And back from text.
  local text = check.ok(payload.new('{"b":[true]}'):transcode(payload.format.STRING))
  check.equal(text:get_format(), "text/plain")
  check.same(check.ok(text:transcode(payload.format.JSON)):data(), { b = { true } })
  check.same(check.ok(check.ok(payload.new("b: [true]"):transcode(payload.format.STRING)):transcode(payload.format.YAML)):data(), { b = { true } })
  check.same(check.ok(json:transcode(payload.format.MSGPACK)):data(), { a = 1, list = { 1, "x" } })

  -- Errors have a format of their own.
  local e = payload.new(errors.new({ message = "no", kind = errors.CONFLICT }))
  check.equal(e:get_format(), payload.format.ERROR)
  check.equal(e:data():kind(), "Conflict")

  for _, bad in ipairs({
    { payload.new(1), "no/format" }, { payload.new({}), payload.format.STRING }, { payload.new({}), payload.format.BYTES },
    { payload.new(print), payload.format.JSON }, { payload.new(print), payload.format.MSGPACK },
    { payload.new("x"), payload.format.ERROR }, { text:transcode(payload.format.STRING), payload.format.MSGPACK },
    { payload.new("{"):transcode(payload.format.STRING), payload.format.JSON },
    { payload.new("{"):transcode(payload.format.STRING), payload.format.YAML }, { payload.new(print), payload.format.YAML },
  }) do
    local value, err = bad[1]:transcode(bad[2])
    check.equal(value, nil)
    check.equal(err:kind(), "Internal")
    check.equal(err:retryable(), false)
  end
  check.raises("string expected, got no value", p.transcode, p)
  check.raises("payload expected, got table", p.transcode, {}, payload.format.JSON)
  check.raises("payload expected, got nil", p.get_format)
end }
