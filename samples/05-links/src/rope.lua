local function main()
  local message = process.inbox():receive()
  if message:topic() == "tear" then error("torn") end
  return "let go"
end

return { main = main }
