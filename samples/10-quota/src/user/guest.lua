local function main(visitor)
  local function tell(text) process.send(visitor, "report", text) end
  local function outcome(ok, err) return ok and "done" or err:kind() end

  tell("ask: " .. outcome(process.send("quota", "quota.get", "disk")))
  tell("answer: " .. process.inbox():receive():payload():data())

  -- Another topic, another process, another action: none of them gets as far as the system zone.
  tell("set: " .. outcome(process.send("quota", "quota.set", 1000)))
  tell("other: " .. outcome(process.send("ledger", "quota.get", "disk")))
  tell("monitor: " .. outcome(process.monitor("quota")))
  tell("terminate: " .. outcome(process.terminate("quota")))
  tell("spawn: " .. outcome(process.spawn("app.system:ledger", "app.system:system")))
  tell("done")
end

return { main = main }
