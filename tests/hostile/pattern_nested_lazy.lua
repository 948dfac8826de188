-- Lazy items one behind the other: a match would take longer than the universe has.
-- ends: error pattern
return { main = function() return (("a"):rep(5000)):find((".-"):rep(30) .. "b") end }
