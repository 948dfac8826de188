-- A pattern that nests the matcher as deep as it goes.
-- ends: error pattern
return { main = function() return (("a"):rep(300000)):find(("(a"):rep(30) .. ("?)"):rep(30) .. ("a-"):rep(200) .. "$") end }
