-- string.rep(): the native one counts to n even when there is nothing to write.
local rep = ...

return function(text, n, separator)
  if text == "" and (separator == nil or separator == "") then return "" end
  return rep(text, n, separator)
end
