-- Tickers that fire as often as they can.
-- ends: terminated
return {
  main = function()
    local tickers = {}
    for i = 1, 1000 do tickers[i] = time.ticker(1) end
    process.inbox():receive()
  end,
}
