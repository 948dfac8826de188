-- The same through gmatch.
-- ends: error pattern
return { main = function() for _ in (("a"):rep(200000)):gmatch("a-a-a-b") do end end }
