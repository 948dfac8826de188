-- Holds what nobody of the user zone may ask.

local function main()
  assert(process.registry.register("ledger"))
  process.inbox():receive()
end

return { main = main }
