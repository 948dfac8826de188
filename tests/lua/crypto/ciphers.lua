local check = require("check")

return { main = function()
  for name, sizes in pairs({ aes = { 16, 24, 32 }, chacha20 = { 32 } }) do
    local encrypt, decrypt = crypto.encrypt[name], crypto.decrypt[name]
    for _, size in ipairs(sizes) do
      local key = string.rep("k", size)
      for _, plain in ipairs({ "", "secret", string.rep("\0\255", 5000) }) do
        local data = check.ok(encrypt(plain, key))
        check.equal(#data, #plain + 28)
        check.equal(decrypt(data, key), plain)
        check.yes(encrypt(plain, key) ~= data, "a nonce of its own each time")
        data = check.ok(encrypt(plain, key, "context"))
        check.equal(decrypt(data, key, "context"), plain)
        check.failed("Internal", "decryption failed: another key, other additional data, or the data was changed", decrypt(data, key))
        check.failed("Internal", "decryption failed: another key, other additional data, or the data was changed", decrypt(data, string.rep("x", size), "context"))
        local changed = data:sub(1, -2) .. string.char(data:byte(-1) ~ 1)
        check.failed("Internal", "decryption failed: another key, other additional data, or the data was changed", decrypt(changed, key, "context"))
      end
      check.failed("Invalid", "encrypted data has at least 28 bytes, got 3", decrypt("abc", key))
    end
    local expected = name == "aes" and "16, 24 or 32" or "32"
    check.failed("Invalid", "a key has " .. expected .. " bytes, got 5", encrypt("x", "short"))
    check.failed("Invalid", "a key has " .. expected .. " bytes, got 0", decrypt("x", ""))
    check.failed("Invalid", "data must be a string, got table", encrypt({}, "k"))
    check.failed("Invalid", "key must be a string, got no value", encrypt("x"))
  end

  -- AES-GCM, NIST test case 4 of the GCM specification's appendix: nonce, text and tag as they stand there.
  local function bytes(hex) return (hex:gsub("%x%x", function(pair) return string.char(tonumber(pair, 16)) end)) end
  local data = bytes("cafebabefacedbaddecaf888"
    .. "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e091"
    .. "5bc94fbc3221a5db94fae95ae7121a47")
  check.equal(
    crypto.decrypt.aes(data, bytes("feffe9928665731c6d6a8f9467308308"), bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2")),
    bytes("d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"))
end }
