-- A back reference behind a lazy capture.
-- ends: error pattern
return { main = function() return (("ab"):rep(20000)):find("(.-)%1%1c") end }
