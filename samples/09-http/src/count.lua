local http = require("http")
local time = require("time")

local function count()
  local req = http.request()
  local res = http.response()
  local body, problem = req:body_json()
  if problem or type(body) ~= "table" or type(body.by) ~= "number" then
    res:set_status(http.STATUS.BAD_REQUEST)
    return res:write_json({ error = 'expected a body such as {"by": 1}' })
  end
  local answers = process.listen("counted")
  process.send("counters", "count", { name = req:param("name"), by = body.by })
  local answer = channel.select({ answers:case_receive(), time.after("5s"):case_receive() })
  if answer.channel ~= answers then
    res:set_status(http.STATUS.GATEWAY_TIMEOUT)
    return res:write_json({ error = "the counters do not answer" })
  end
  res:write_json(answer.value)
end

return { count = count }
