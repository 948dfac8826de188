local check = require("check")

local function main()
  check.failed(errors.INTERNAL, "policy not found: app:nothing", security.policy("app:nothing"))
  check.failed(errors.INTERNAL, "policy group not found: app:nothing", security.named_scope("app:nothing"))
  check.failed(errors.INTERNAL, "policy not found: no id", security.policy("no id"))
  check.raises("bad argument #1 to 'policy' %(policy id expected, got boolean%)", security.policy, true)
  check.raises("bad argument #1 to 'named_scope' %(policy group id expected, got nil%)", security.named_scope, nil)
end

return { main = main }
