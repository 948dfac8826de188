-- Invalid UTF-8 in topics, names, keys and values.
-- ends: ok
return {
  main = function()
    local bad = "\255\254\0\128\237\160\128"
    local inbox = process.inbox()
    assert(process.send(process.pid(), bad, { [bad] = bad, text = bad }))
    local message = inbox:receive()
    local data = message:payload():data()
    assert(data[bad] == bad and data.text == bad)
    local registered = process.registry.register(bad)
    if registered then assert(process.registry.lookup(bad) == process.pid()) end
    process.send(bad, bad)
    process.spawn(bad, bad)
    process.monitor(bad)
    process.listen(bad)
  end,
}
