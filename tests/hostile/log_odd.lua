-- Log records with values that cannot be shown.
-- ends: ok
return {
  main = function()
    local cycle = {}
    cycle.self = cycle
    local odd = setmetatable({}, { __tostring = function() error("no") end })
    logger:info("odd", { cycle = cycle, odd = odd, f = print, [1] = 2, ["\255"] = "\255", nan = 0 / 0 })
    pcall(logger.info, logger)
    pcall(logger.info, logger, odd, odd)
    pcall(print, odd)
    local deep = {}
    for _ = 1, 10000 do deep = { deep } end
    logger:info("deep", deep)
  end,
}
