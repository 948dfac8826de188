local check = require("check")

return { main = function()
  -- RFC 4648, section 10.
  for plain, encoded in pairs({ [""] = "", f = "Zg==", fo = "Zm8=", foo = "Zm9v", foob = "Zm9vYg==", fooba = "Zm9vYmE=", foobar = "Zm9vYmFy" }) do
    check.equal(base64.encode(plain), encoded)
    check.equal(base64.decode(encoded), plain)
  end
  local bytes = {}
  for i = 0, 255 do bytes[i + 1] = string.char(i) end
  local all = table.concat(bytes)
  check.equal(base64.decode(base64.encode(all)), all)
  check.equal(base64.encode("\251\255"), "+/8=")
  check.equal(base64.decode("Zm9v\nYmFy"), "foobar")
  check.equal(base64.encode(12), "MTI=")

  for _, text in ipairs({ "Z", "Zg", "Zg=", "Zg===", "Zm9v!", "_-8=", "Z\0==", "Zg==Zg==", "ü" }) do
    local value, err = base64.decode(text)
    check.equal(value, nil, text)
    check.equal(err:kind(), "Invalid")
    check.matches(err, "^not base64 near byte")
  end
  check.raises("bad argument #1 to 'encode'", base64.encode, nil)
  check.raises("bad argument #1 to 'encode'", base64.encode, {})
  check.raises("bad argument #1 to 'decode'", base64.decode, true)
end }
