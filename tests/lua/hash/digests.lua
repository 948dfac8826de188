local check = require("check")

return { main = function()
  -- RFC 1321, FIPS 180-4.
  check.equal(hash.md5("abc"), "900150983cd24fb0d6963f7d28e17f72")
  check.equal(hash.sha1("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d")
  check.equal(hash.sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
  check.equal(hash.sha512("abc"), "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")
  check.equal(hash.sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")

  -- RFC 2202 and 4231, test case 2.
  local key, data = "Jefe", "what do ya want for nothing?"
  check.equal(hash.hmac_md5(data, key), "750c783e6ab0b503eaa86e310a5db738")
  check.equal(hash.hmac_sha1(data, key), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79")
  check.equal(hash.hmac_sha256(data, key), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  check.equal(hash.hmac_sha512(data, key), "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737")

  -- Raw bytes.
  check.equal(#hash.md5("abc", true), 16)
  check.equal(#hash.sha512("abc", true), 64)
  check.equal(hash.sha1("abc", true):byte(1), 0xa9)
  check.equal(#hash.hmac_sha256(data, key, true), 32)
  check.equal(hash.hmac_sha256(data, key, false), hash.hmac_sha256(data, key))

  -- FNV-1a.
  check.equal(hash.fnv32(""), 0x811c9dc5)
  check.equal(hash.fnv32("a"), 0xe40c292c)
  check.equal(hash.fnv64("a"), 0xaf63dc4c8601ec8c)
end }
