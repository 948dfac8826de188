-- Monitors, links and their opposites, all the time. A link with the neighbour would take it along when this one ends: that is
-- what links are for, and a policy's business.
-- ends: terminated
return {
  main = function(neighbour)
    while true do
      process.monitor(neighbour)
      process.unlink(neighbour)
      process.unmonitor(neighbour)
      process.monitor(process.pid())
      process.link(process.pid())
      process.unlink(process.pid())
    end
  end,
}
