local check = require("check")

local function main()
  local scope = security.new_scope()
  check.same(scope:policies(), {})
  check.equal(scope:contains("app:p"), false)
  check.equal(scope:evaluate(security.new_actor("a"), "x", "y"), "undefined")
  check.equal(scope:evaluate(nil, "x", "y", { a = 1 }), "undefined")
  check.equal(#security.new_scope({}):policies(), 0)
  check.raises("bad argument #1 to 'new_scope' %(list of policies expected, got table%)", security.new_scope, { "p" })
  check.raises("bad argument #1 to 'new_scope' %(list of policies expected, got string%)", security.new_scope, "p")
  check.raises("bad argument #2 to 'with' %(policy expected, got string%)", scope.with, scope, "app:p")
  check.raises("bad argument #2 to 'without' %(policy or policy id expected, got string%)", scope.without, scope, "p")
  check.raises("bad argument #2 to 'evaluate' %(actor expected, got string%)", scope.evaluate, scope, "a", "x", "y")
  check.raises("bad argument #3 to 'evaluate' %(string expected, got no value%)", scope.evaluate, scope, nil)
end

return { main = main }
