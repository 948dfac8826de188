-- Type syntax in every place at once; what it computes must not change.
local check = require("check")

type Id = integer @min(1)
type State = "new" | "active" | "done"
type Job = {
  id: Id,
  state: State,
  payload: {[string]: any}?,
  run: ((job: Job) -> (boolean, string?))?,
}
type Queue<T> = { items: {T}, size: integer }
type Visitor = fun(job: Job, index: integer): ()
type Result<T, E: string | error> =
  | { ok: true, value: T }
  | { ok: false, err: E }
type Keys = keyof({a: number, b: string})
type First = Job["id"]
type Deep = {{{number}}}[]?
type Cond<T> = T extends string ? "text" : T extends number ? "number" : never

interface Counter
  function add(self: Counter, n: integer?): Counter
  function get(self: Counter): integer
end

local Counting = {}
Counting.__index = Counting

function Counting.new(start: integer?): Counter
  return setmetatable({ n = start or 0 }, Counting) :: any
end

function Counting:add(n: integer?): Counter
  self.n = self.n + (n or 1)
  return self
end

function Counting:get(): integer return self.n end

local function map<T, U>(list: {T}, f: (T, integer) -> U): {U}
  local result: {U} = {}
  for i, item in ipairs(list) do result[i] = f(item, i) end
  return result
end

local function sum(...: number): (number, integer)
  local total: number, count: integer = 0, select("#", ...)
  for i = 1, count do total = total + (select(i, ...) as number) end
  return total, count
end

local function queue<T>(...: T): Queue<T>
  local items: {T} = { ... }
  return { items = items, size = #items }
end

local function describe(job: Job, as_text: boolean?): string
  local type, kind = type, type(job)   -- contextual: an ordinary name here
  if as_text! then return kind .. ":" .. (job.state as string) end
  return type(job.payload!)
end

return { main = function()
  local c = Counting.new(5):add():add(10)
  check.equal(c:get(), 16)
  check.same(map({ 1, 2, 3 }, function(x: integer, i: integer): integer return x * i end), { 1, 4, 9 })
  local total: number, count: integer = sum(1, 2.5, 3)
  check.equal(total, 6.5)
  check.equal(count, 3)
  check.equal(queue("a", "b").size, 2)
  local job = { id = 1, state = "new", payload = {} } as Job
  check.equal(describe(job, true), "table:new")
  check.equal(describe(job), "table")
  local nested: {[string]: {number | string}} = { a = { 1, "x" } } :: {[string]: {number | string}}
  check.equal((nested.a as any)[2] :: string, "x")
  check.equal(#(nested.a!), 2)
  local words = { type = 1, interface = 2, readonly = 3, as = 4, asserts = 5, is = 6, keyof = 7, extends = 8 }
  check.equal(words.type + words.interface + words.readonly + words.as + words.asserts + words.is + words.keyof + words.extends, 36)
  local evens = 0
  for i = 1, 10 do
    local half = i / 2 as number
    if half ~= math.floor(half) then goto continue end
    evens = evens + 1
    ::continue::
  end
  check.equal(evens, 5)
end }
