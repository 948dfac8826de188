local check = require("check")

return { main = function()
  local key = crypto.random.bytes(32)
  local secret = crypto.encrypt.aes("meet at noon", key, "from:alice")
  local plain, err = crypto.decrypt.aes(secret, key, "from:alice")

  local token = crypto.jwt.encode({ sub = "alice", exp = time.now():unix() + 3600 }, key)
  local claims, refused = crypto.jwt.verify(token, key)

  check.equal(plain, "meet at noon")
  check.equal(err, nil)
  check.equal(claims.sub, "alice")
  check.equal(refused, nil)
end }
