local check = require("check")

return { main = function()
  process.set_options({ trap_links = true })
  local events = process.events()
  for how, message in pairs {
    ["raises"] = "raised", ["returns a text"] = "^no luck$", ["returns an error"] = "^taken$", ["ended by its own link"] = "^linked process failed$",
    ["waits for nothing"] = "^deadlock", ["fails in a coroutine"] = "inside", ["terminated"] = "^process terminated$",
  } do
    local child = check.ok(process.spawn_linked("app:child", check.host(), how, check.host()))
    if how == "terminated" then check.ok(process.terminate(child)) end
    local event = events:receive()
    check.equal(event.kind, process.event.LINK_DOWN, how)
    check.equal(event.from, child, how)
    check.matches(event.result.error, message, how)
    check.equal(event.result.value, nil, how)
  end
end }

-- @process child
return { main = function(how, host)
  if how == "raises" then error("raised") end
  if how == "returns a text" then return 1, "no luck" end
  if how == "returns an error" then return nil, errors.new({ message = "taken", kind = errors.CONFLICT }) end
  if how == "ended by its own link" then process.spawn_linked("app:child", host, "raises") end
  if how == "waits for nothing" then coroutine.yield() end
  if how == "fails in a coroutine" then coroutine.spawn(function() error("inside") end) end
  process.inbox():receive()
end }
