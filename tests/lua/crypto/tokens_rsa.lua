local check = require("check")

-- Made for this test, used nowhere else.
local private = [[
-----BEGIN PRIVATE KEY-----
MIIEvwIBADANBgkqhkiG9w0BAQEFAASCBKkwggSlAgEAAoIBAQCa8OFf/lO4zwlJ
NbJPWB4tuhhBFVsgh1UhHfobn2j5D3lmVslamlmJvwm5s+Z//0nlAhrUMcbDzPyd
Ie7FYjf8LRYWgLC9v3HNIfKW70N4f7CJ6xsblUUNKuwuS6p2KWirxTr9GRWSppGf
CBNSKhCVtUx4DtqHWRGEBOI4BRMP57Gr+pWpf9oLJGrmDuDirpJVDcgoqcf+aBTu
dzC6GzPPKVf2TpVxN9BFO+eogKRm9Rfkco+3Cl+BamafQa/IlVgBltDtlewW99/K
69TWgsPnXdhQ9oNervV/t2fgQtoC8UuZ31+ghiWLNKzO0plWcuwFoJ8bQIpHDV3d
5VNEpBg/AgMBAAECggEAC5xhKe+QoujyQggMmIaQHbl0Mi22r6gvQx/ly2Z1mDMb
1AVNPzARj/wpbz73LICwhGv/ylv/5adkXNAbU7Opt15CPqXJLjGnsQl0uPEte10H
mTuYQ0e7LiKZIq+tPVVFZe3jSZk0ynxsrYq44UThYPP+StbuHbYZKm1amHvE3cGk
tZ5mIMozjcdu5B6Zx2qQdsV9ywsRCwjyb4+ZtFmWyO014RcueMQwOhbnjfQkBM7Q
hAdBrUQAgqFGVvqXFAbK7FRjfcG4iLjS+0aYSiNMd2nmYm2n80cfuzirS10DU9IY
atLpqGSsDZdVwJvpGt42qJkxFWDPJlo350Q4uxwGrQKBgQDUJbreMuC67bNtNF02
UG2L/FLjiGlZ090GFN8QBxtsiEwGy4iv5yUeqt4hH3O0M8S2GTrllh40EEOhax8J
CH2ObRMABOnyUjE1HiEhQ2l9wGo320o1pwcVoRe2HyiWXPiAxDsH35+5LnNt1oI7
f1AdS/3vAEZ9WxE7eR8o8FffXQKBgQC69/BgZOzJ9Zd1uqbEvxT5zSxk8Pezg8Hu
Uqe+N9yqGk49sx1IZjOwn8oNI40DeM/lp63m5dZDKUNsg+aQek2DwnBqxw6H7Z/O
BRtYiGz3OxjASGzssCeH5cL3LQfzCQhouFRzqOemq0V0YoDyFMjYXGPDILUhLoff
AQqowKnISwKBgQDA9hiEZs6V+AMNv2VRM9KQU0+pebgpZlVRZMaHs480JrzQKW0I
YjwXKt+kTRFWxQeVgllZ3jNWs7xwJBk0hC5/z6JKkC2ipTPw1pjXwpM/ODbk22ci
aew9tir1El4+dg3qQZJX1QVY0HFZZJVMPL7IBwjPzPZQqvZ/m+nFuOaUWQKBgQCk
nE6CT9k6JoPnHyJc7m8lT8LaTF2JK2O+0/7jtoMNMIPaRqxtZa30v3pA/x/UArXn
WC3/sDNohhfannaMlWFRtAsNt5vPiSK9XDmrRNHLCbjM8fcUnDLxrxRsUrVBAJ7q
s/+GpRru3rQTt/YXLL134D/lOBLA2Bq/+EbONHJG6QKBgQCbQKNSw0qQKPvoJyOy
z4w8/eZFq02r1GQnHfypPA5l8nfgM3eguliVPadwYrROf1p06qg9ClKYZTA30SmA
azj2klMd1snyjuH0ODZzxLK0nW7zu34UA/gBjIVq58g/RpWtqIwxLBXMU7sE2b6C
xlXIUTiTA+C8reD6w4HHeSwIsQ==
-----END PRIVATE KEY-----
]]

local public = [[
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAmvDhX/5TuM8JSTWyT1ge
LboYQRVbIIdVIR36G59o+Q95ZlbJWppZib8JubPmf/9J5QIa1DHGw8z8nSHuxWI3
/C0WFoCwvb9xzSHylu9DeH+wiesbG5VFDSrsLkuqdiloq8U6/RkVkqaRnwgTUioQ
lbVMeA7ah1kRhATiOAUTD+exq/qVqX/aCyRq5g7g4q6SVQ3IKKnH/mgU7ncwuhsz
zylX9k6VcTfQRTvnqICkZvUX5HKPtwpfgWpmn0GvyJVYAZbQ7ZXsFvffyuvU1oLD
513YUPaDXq71f7dn4ELaAvFLmd9foIYlizSsztKZVnLsBaCfG0CKRw1d3eVTRKQY
PwIDAQAB
-----END PUBLIC KEY-----
]]

return { main = function()
  local claims = { sub = "u1" }
  local token = check.ok(crypto.jwt.encode(claims, private, "RS256"))
  check.same(check.ok(crypto.jwt.verify(token, public, "RS256", false)), claims)
  check.same(check.ok(crypto.jwt.verify(token, private, "RS256", false)), claims)
  check.failed("Invalid", "not a private RSA key in PEM of at most 8192 bits", crypto.jwt.encode(claims, public, "RS256"))

  -- The public key is no secret: nobody may sign with it as one.
  local forged = crypto.jwt.encode(claims, public, "HS256")
  check.failed("Invalid", "the token names the algorithm 'HS256', expected RS256", crypto.jwt.verify(forged, public, "RS256", false))
  local head, body, signature = token:match("^(.-)%.(.-)%.(.*)$")
  check.failed("Internal", "the signature of the token does not match", crypto.jwt.verify(head .. "." .. body .. "." .. (signature:sub(1, 1) == "A" and "B" or "A") .. signature:sub(2), public, "RS256", false))
end }
