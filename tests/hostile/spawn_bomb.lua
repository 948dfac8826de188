-- Every process starts two more.
-- ends: terminated
return {
  main = function()
    while true do
      process.spawn("app:hostile", "app:user")
      process.spawn_monitored("app:hostile", "app:user")
    end
  end,
}
