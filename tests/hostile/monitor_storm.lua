-- Monitors, links and their opposites, of everybody, all the time.
-- ends: terminated
return {
  main = function(neighbour)
    while true do
      process.monitor(neighbour)
      process.link(neighbour)
      process.unlink(neighbour)
      process.unmonitor(neighbour)
      process.monitor(process.pid())
      process.link(process.pid())
      process.unlink(process.pid())
    end
  end,
}
