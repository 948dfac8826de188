local io = require("io")
local time = require("time")

-- Services have been started, but may not have come to their names yet.
local function await(name)
  while not process.registry.lookup(name) do time.sleep("5ms") end
  return process.registry.lookup(name)
end

-- This program is a member, too: it prints what everybody sees.
local function main()
  process.send(await("room"), "join", "log")
  local lines = process.listen("line")
  local function show() io.print((lines:receive())) end
  show()

  local guests = {}
  local function join(name)
    guests[name] = process.spawn("app:member", "app:workers", name)
    show()
  end
  local function say(name, text)
    process.send(guests[name], "say", text)
    show()
  end

  join("ann")
  join("bob")
  say("ann", "hello, bob")
  say("bob", "hello, ann")
  join("cid")
  say("cid", "crash")
  say("ann", "where did he go?")
  say("bob", "bye")
  say("ann", "bye")
end

return { main = main }
