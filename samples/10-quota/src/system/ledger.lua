-- Holds what nobody of the user zone may ask.

local function main()
  assert(process.registry.register("ledger"))
  process.events():receive()   -- until it is to stop
end

return { main = main }
