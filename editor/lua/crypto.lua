---@meta crypto

crypto = {}

---@param password string
---@param salt string
---@param iterations integer
---@param length integer
---@param hash? "sha256"|"sha512"
---@return string?
---@return error?
function crypto.pbkdf2(password, salt, iterations, length, hash) end

---@param a string
---@param b string
---@return boolean?
---@return error?
function crypto.constant_time_compare(a, b) end

crypto.random = {}

---@param n integer
---@return string?
---@return error?
function crypto.random.bytes(n) end

---@param n integer
---@param charset? string
---@return string?
---@return error?
function crypto.random.string(n, charset) end

---@return string?
---@return error?
function crypto.random.uuid() end

crypto.hmac = {}

---@param key string
---@param data string
---@return string?
---@return error?
function crypto.hmac.sha256(key, data) end

---@param key string
---@param data string
---@return string?
---@return error?
function crypto.hmac.sha512(key, data) end

crypto.encrypt = {}

---@param data string
---@param key string
---@param extra? string
---@return string?
---@return error?
function crypto.encrypt.aes(data, key, extra) end

---@param data string
---@param key string
---@param extra? string
---@return string?
---@return error?
function crypto.encrypt.chacha20(data, key, extra) end

crypto.decrypt = {}

---@param data string
---@param key string
---@param extra? string
---@return string?
---@return error?
function crypto.decrypt.aes(data, key, extra) end

---@param data string
---@param key string
---@param extra? string
---@return string?
---@return error?
function crypto.decrypt.chacha20(data, key, extra) end

crypto.jwt = {}

---@param claims table
---@param key string
---@param algorithm? string
---@return string?
---@return error?
function crypto.jwt.encode(claims, key, algorithm) end

---@param token string
---@param key string
---@param algorithm? string
---@param require_exp? boolean
---@return table?
---@return error?
function crypto.jwt.verify(token, key, algorithm, require_exp) end

return crypto
