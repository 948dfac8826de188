-- Starts what cannot be started.
-- ends: terminated
return {
  main = function()
    while true do
      process.spawn("app:nothing", "app:user")
      process.spawn("app:hostile", "app:nowhere")
      process.spawn("", "")
      process.spawn(("x"):rep(10000), ("y"):rep(10000))
    end
  end,
}
