-- The metatable of what a callback leaves to be closed in order to raise (LuaRaise): a list of one value, the error.
local error = ...

return { __close = function(raised) error(raised[1], 0) end }
