local check = require("check")

return { main = function()
  local function url(text) return (base64.encode(text):gsub("+", "-"):gsub("/", "_"):gsub("=", "")) end
  local function refused(kind, pattern, ...)
    local value, err = crypto.jwt.verify(...)
    check.equal(value, nil)
    check.matches(err, pattern)
    check.equal(err:kind(), kind)
  end

  for _, text in ipairs({ "", "a", "a.b", "..", "a.b.c.d", "!.!.!", string.rep(".", 100000), "ü.ü.ü" }) do
    local value, err = crypto.jwt.verify(text, "s")
    check.equal(value, nil)
    check.equal(err:kind(), "Invalid")
  end

  -- A token must not choose how it is checked.
  local body = url('{"exp":99999999999}')
  refused("Invalid", "names the algorithm 'none'", url('{"alg":"none"}') .. "." .. body .. ".", "s")
  refused("Invalid", "names the algorithm ''", url("{}") .. "." .. body .. ".", "s")
  refused("Invalid", "names the algorithm ''", url("[") .. "." .. body .. ".", "s")
  refused("Invalid", "names the algorithm ''", url('{"alg":5}') .. "." .. body .. ".", "s")
  refused("Invalid", "unknown algorithm 'none'", url('{"alg":"none"}') .. "." .. body .. ".", "s", "none")
  refused("Internal", "does not match", url('{"alg":"HS256"}') .. "." .. body .. ".", "s")

  local head = url('{"alg":"HS256"}')
  local function signed(text)
    local content = head .. "." .. url(text)
    return content .. "." .. url(hash.hmac_sha256(content, "s", true))
  end
  refused("Internal", "cannot decode JSON", signed("{"), "s")
  refused("Invalid", "not an object", signed("5"), "s")

  check.failed("Invalid", "the key must be a string of 1 to 65536 bytes", crypto.jwt.verify("a.b.c", ""))
  check.failed("Invalid", "the key must be a string of 1 to 65536 bytes", crypto.jwt.encode({}, nil))
  check.failed("Invalid", "unknown algorithm 'RS512' (HS256, HS384, HS512 or RS256)", crypto.jwt.encode({}, "k", "RS512"))
  check.failed("Invalid", "not a private RSA key in PEM of at most 8192 bits", crypto.jwt.encode({}, "no key", "RS256"))
  refused("Invalid", "not an RSA key in PEM", url('{"alg":"RS256"}') .. "." .. body .. ".", "no key", "RS256")
  check.failed("Internal", "cannot encode a function (value.f)", crypto.jwt.encode({ f = print }, "k"))
  check.raises("bad argument #1 to 'encode'", crypto.jwt.encode, "text", "k")
  check.raises("bad argument #1 to 'verify'", crypto.jwt.verify, nil, "k")
end }
