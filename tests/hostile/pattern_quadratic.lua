-- One greedy item that fails at every one of a million places.
-- ends: error pattern
return { main = function() return (("a"):rep(2000000)):find("a*b") end }
