local check = require("check")

type Address = {
  street: string,
  zip?: string,      -- optional
}

type Person = {
  name: string,
  address: Address | nil,
  tags: {[string]: {string}},
}

interface Shape
  function area(self: Shape): number
end

local function fail<T>(
  value: T,
  text: string?
): (
  nil,
  string
)
  error(text or "none")
end

local function where(f: () -> any): string
  local _, err = pcall(f)
  return (err :: any):match("^app:test:(%d+):") as string
end

return { main = function(): nil
  check.equal(where(function() fail(1, "x") end), "25")
  check.equal(where(function()
    local person: Person = { name = "a", tags = {} } as Person
    local zip: string = person.address.zip :: string
    return zip
  end), "37")
  check.equal(where(function() return (nil
    as any).x end), "41")
  check.equal(where(function() error(
    "x" as string) end), "42")
end }
