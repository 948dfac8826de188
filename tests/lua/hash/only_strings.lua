local check = require("check")

return { main = function()
  for _, name in ipairs({ "md5", "sha1", "sha256", "sha512", "fnv32", "fnv64" }) do
    check.failed("Invalid", "data must be a string, got no value", hash[name]())
    check.failed("Invalid", "data must be a string, got number", hash[name](12))
    check.failed("Invalid", "data must be a string, got table", hash[name]({}))
  end
  for _, name in ipairs({ "hmac_md5", "hmac_sha1", "hmac_sha256", "hmac_sha512" }) do
    check.failed("Invalid", "data must be a string, got nil", hash[name](nil, "key"))
    check.failed("Invalid", "secret must be a string, got no value", hash[name]("data"))
    check.failed("Invalid", "secret must be a string, got boolean", hash[name]("data", true))
  end
end }
