local check = require("check")
local shapes = require("geometry")

type Line = { from: geometry.Point, to: shapes.Point, label: shapes.Label? }

return { main = function()
  local Point = shapes.Point
  check.equal(type(Point), "type")
  check.equal(type(shapes.Label), "type")
  check.equal(Point:name(), "Point")
  check.yes(Line.from == Point)
  check.equal(Line.from, Line.to)

  local line = { from = { x = 1, y = 2 }, to = { x = 3, y = 4 } }
  check.yes(rawequal(check.ok(Line:is(line)), line))
  line.label = ""
  check.failed("Invalid", "field 'label' length 0 is less than min_len 1", Line:is(line))
  line.label = nil
  line.to.y = "4"
  check.failed("Invalid", "field 'to.y' expected number, got string", Line:is(line))
  check.equal(check.raises("to.y", Line, line):kind(), "Invalid")

  -- A library checks with its own types, and values of types are keys like others.
  check.failed("Invalid", "field 'x' is missing, expected number", shapes.check({ y = 1 }))
  local names = { [Point] = "point", [Line] = "line" }
  check.equal(names[Line.from] .. names[Line], "pointline")

  -- They mean nothing elsewhere.
  local echo = check.spawn("echo", process.pid(), Point)
  check.equal(process.inbox():receive():payload():data(), "nil")
end }

-- @library geometry
type Label = string @min_len(1)
type Point = { x: number, y: number }

return {
  Point = Point,
  Label = Label,
  check = function(value: any): (Point?, error?) return Point:is(value) end,
}

-- @process echo
return { main = function(parent: string, value: any)
  process.send(parent, "value", type(value))
end }
