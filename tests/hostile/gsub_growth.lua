-- Every match is replaced by a long text.
-- ends: limit
return {
  main = function()
    local long = ("y"):rep(1000000)
    return (("x"):rep(1000000):gsub("x", long))
  end,
}
