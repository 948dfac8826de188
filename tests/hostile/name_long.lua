-- A name of megabytes.
-- ends: ok
return {
  main = function()
    local registered, err = process.registry.register(("x"):rep(10000000))
    assert(not registered and err)
    assert(not process.registry.register(""))
  end,
}
