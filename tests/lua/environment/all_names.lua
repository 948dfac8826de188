-- What is there without a module, neither more nor less.
local check = require("check")

local function names(of)
  local list = {}
  for name in of:gmatch("%S+") do list[#list + 1] = name end
  return list
end

return { main = function()
  for library, members in pairs {
    _G = [[assert error getmetatable ipairs next pairs pcall print rawequal rawget rawset require select setmetatable tonumber tostring type unpack
      xpcall _G _VERSION table string math coroutine os package channel process payload errors subscribe unsubscribe number integer boolean]],
    table = "concat insert remove sort maxn getn unpack create freeze isfrozen",
    string = "byte char find format gmatch gfind gsub len lower upper match rep reverse sub pack unpack packsize dump",
    math = [[abs acos asin atan atan2 ceil cos cosh deg exp floor fmod frexp ldexp log log10 max min mod modf pow rad random randomseed sin sinh
      sqrt tan tanh pi huge tointeger type ult maxinteger mininteger]],
    coroutine = "create resume yield running status wrap spawn",
    channel = "new select",
    os = "time clock date difftime platform",
    errors = [[new wrap is call_stack UNKNOWN INVALID NOT_FOUND ALREADY_EXISTS PERMISSION_DENIED UNAVAILABLE INTERNAL CANCELED CONFLICT TIMEOUT
      RATE_LIMITED]],
    payload = "new format",
    process = [[pid id send spawn spawn_monitored spawn_linked spawn_linked_monitored exec cancel terminate monitor unmonitor link unlink inbox
      events listen unlisten get_options set_options upgrade with_context with_options registry event]],
  } do
    for _, name in ipairs(names(members)) do check.yes(_G[library][name] ~= nil, library .. "." .. name) end
  end

  -- Casts.
  check.equal(string("x"), "x")
  check.equal(number(1.5), 1.5)
  check.equal(integer(2), 2)
  check.equal(boolean(false), false)
  for _, cast in ipairs { string, number, integer, boolean } do check.raises("expected", cast, {}) end
end }
