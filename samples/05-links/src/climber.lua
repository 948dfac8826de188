local function main(observer)
  local rope, err = process.spawn_linked("app:rope", "app:workers")
  if err then return nil, err end
  process.send(observer, "rope", rope)
  process.inbox():receive() -- waits for a message that never comes
end

return { main = main }
