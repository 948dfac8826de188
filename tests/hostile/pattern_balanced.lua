-- %b over a text that never closes.
-- ends: error pattern
return { main = function() return (("("):rep(2000000)):find("%b()") end }
