local check = require("check")

return { main = function()
  check.equal(crypto.hmac.sha256("Jefe", "what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
  check.equal(crypto.hmac.sha512("k", "d"), hash.hmac_sha512("d", "k"))
  check.failed("Invalid", "key must be a string, got nil", crypto.hmac.sha256(nil, "d"))
  check.failed("Invalid", "data must be a string, got no value", crypto.hmac.sha256("k"))

  -- RFC 7914, section 11; RFC 6070 has only SHA-1.
  local key = crypto.pbkdf2("passwd", "salt", 1, 64)
  check.equal(key:byte(1), 0x55)
  check.equal(key:byte(64), 0x83)
  check.equal(#key, 64)
  check.equal(#crypto.pbkdf2("passwd", "salt", 10, 20, "sha512"), 20)
  check.yes(crypto.pbkdf2("passwd", "salt", 10, 20, "sha512") ~= crypto.pbkdf2("passwd", "salt", 10, 20, "sha256"))
  check.failed("Invalid", "unknown hash 'md5' (sha256 or sha512)", crypto.pbkdf2("p", "s", 1, 1, "md5"))
  check.failed("Invalid", "the number of iterations must be a whole number from 1 to 1000000, got 0", crypto.pbkdf2("p", "s", 0, 1))
  check.failed("Invalid", "the length must be a whole number from 1 to 1048576, got 0", crypto.pbkdf2("p", "s", 1, 0))
  check.failed("LimitExceeded", "1000000 iterations for each of 2 blocks of 32 bytes (the limit is 1000000 together)", crypto.pbkdf2("p", "s", 1000000, 33))
  check.failed("Invalid", "password must be a string, got no value", crypto.pbkdf2())

  check.equal(crypto.constant_time_compare("abc", "abc"), true)
  check.equal(crypto.constant_time_compare("abc", "abd"), false)
  check.equal(crypto.constant_time_compare("abc", "ab"), false)
  check.equal(crypto.constant_time_compare("", ""), true)
  check.raises("bad argument #2", crypto.constant_time_compare, "a")
  check.raises("bad argument #1", crypto.constant_time_compare, 1, "a")
end }
