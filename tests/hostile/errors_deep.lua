-- Errors wrapped in errors, with details that contain themselves.
-- ends: error
return {
  main = function()
    local err = errors.new("x")
    for i = 1, 20000 do err = errors.wrap(err, "level " .. i) end
    local details = {}
    details.self = details
    pcall(errors.new, { message = "y", details = details })
    error(err)
  end,
}
