local check = require("check")

return { main = function()
  local now = require("time").now():unix()
  local claims = { sub = "u1", exp = now + 60, roles = { "a", "b" } }
  for _, algorithm in ipairs({ "HS256", "HS384", "HS512" }) do
    local token = check.ok(crypto.jwt.encode(claims, "secret", algorithm))
    check.same(check.ok(crypto.jwt.verify(token, "secret", algorithm)), claims)
    check.failed("Internal", "the signature of the token does not match", crypto.jwt.verify(token, "other", algorithm))
  end

  -- RFC 7519, section 3.1 and RFC 7515, appendix A.1 have this token, which expired in 2011.
  local old = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
  local key = base64.decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ+EstJQLr/T+1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow==")
  local value, err = crypto.jwt.verify(old, key)
  check.failed("Internal", "the token has expired", value, err)

  local token = crypto.jwt.encode(claims, "secret")
  check.equal(crypto.jwt.verify(token, "secret").sub, "u1")
  check.failed("Invalid", "the token names the algorithm 'HS256', expected HS512", crypto.jwt.verify(token, "secret", "HS512"))
  check.failed("Internal", "the token has expired", crypto.jwt.verify(crypto.jwt.encode({ exp = now }, "s"), "s"))
  check.failed("Internal", "the token is not valid yet", crypto.jwt.verify(crypto.jwt.encode({ exp = now + 9, nbf = now + 5 }, "s"), "s"))
  check.failed("Internal", "the token has no claim exp, which is required", crypto.jwt.verify(crypto.jwt.encode({ a = 1 }, "s"), "s"))
  check.same(check.ok(crypto.jwt.verify(crypto.jwt.encode({ a = 1 }, "s"), "s", "HS256", false)), { a = 1 })
  check.failed("Invalid", "the claim exp of the token is not a number", crypto.jwt.verify(crypto.jwt.encode({ exp = "soon" }, "s"), "s", "HS256", false))
end }
