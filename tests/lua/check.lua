-- What the tests of this folder assert with. A check that fails raises in the name of its caller.
local check = {}

-- The host of processes that a test spawns, when it is not the test's own.
local callees = nil

local function show(value)
  if type(value) == "string" then return string.format("%q", value) end
  return tostring(value)
end

local function fail(text, what)
  error(what and (what .. ": " .. text) or text, 3)
end

function check.equal(actual, expected, what)
  if actual ~= expected then fail("expected " .. show(expected) .. ", got " .. show(actual), what) end
end

function check.yes(value, what)
  if not value then fail("expected a true value, got " .. show(value), what) end
end

-- The same structure: tables by content, everything else by ==.
local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then return a == b end
  for k, v in pairs(a) do
    if not same(v, b[k]) then return false end
  end
  for k in pairs(b) do
    if a[k] == nil then return false end
  end
  return true
end

local function text(value)
  if type(value) ~= "table" then return show(value) end
  local parts = {}
  for k, v in pairs(value) do parts[#parts + 1] = tostring(k) .. "=" .. text(v) end
  table.sort(parts)
  return "{" .. table.concat(parts, ", ") .. "}"
end

function check.same(actual, expected, what)
  if not same(actual, expected) then fail("expected " .. text(expected) .. ", got " .. text(actual), what) end
end

function check.matches(actual, pattern, what)
  if not string.find(tostring(actual), pattern) then fail("expected a text like " .. show(pattern) .. ", got " .. show(actual), what) end
end

-- value, err as a call returned them: a failure of this kind with this text.
function check.failed(kind, message, value, err)
  if value then fail("expected a failure, got " .. show(value)) end
  if type(err) ~= "userdata" then fail("expected an error object, got " .. show(err)) end
  if err:message() ~= message then fail("expected the error " .. show(message) .. ", got " .. show(err:message())) end
  if err:kind() ~= kind then fail("expected kind " .. show(kind) .. ", got " .. show(err:kind())) end
end

-- value, err as a call returned them: success.
function check.ok(value, err)
  if err ~= nil then fail("unexpected error " .. show(err)) end
  if not value then fail("expected a value, got " .. show(value)) end
  return value
end

-- The function raises a text like the pattern.
function check.raises(pattern, f, ...)
  local ok, err = pcall(f, ...)
  if ok then fail("expected an error like " .. show(pattern)) end
  if not string.find(tostring(err), pattern) then fail("expected an error like " .. show(pattern) .. ", got " .. show(err)) end
  return err
end

-- Id of the host on which a test spawns others. A function has no host; what it spawns goes to the user host.
function check.host()
  local host = callees or process.pid():match("([^{@]+)|")
  return host:find("#", 1, true) and "app:user" or host
end

-- Spawns app:NAME on this process's host.
function check.spawn(name, ...)
  return check.ok(process.spawn("app:" .. name, check.host(), ...))
end

function check.spawn_monitored(name, ...)
  return check.ok(process.spawn_monitored("app:" .. name, check.host(), ...))
end

-- The next event, which must be the EXIT of this process.
function check.exit_of(pid)
  local event = process.events():receive()
  if event.kind ~= process.event.EXIT then fail("expected EXIT, got " .. show(event.kind)) end
  if event.from ~= pid then fail("expected the EXIT of " .. show(pid) .. ", got that of " .. show(event.from)) end
  return event.result
end

return check
