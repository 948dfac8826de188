local function main(collector)
  process.send(collector, "born")
end

return { main = main }
