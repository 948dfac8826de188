-- The classic a?a?a?...aaa.
-- ends: error pattern
return { main = function() return (("a"):rep(60)):find(("a?"):rep(60) .. ("a"):rep(61)) end }
