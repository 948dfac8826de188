-- Answers questions until it is asked to end. Each process is alone with its memory: what is sent is copied.

local WORDS = {
  Finnish = { hello = "hei", water = "vesi" },
}

local function main(language)
  local words = WORDS[language] or {}
  local inbox, events = process.inbox(), process.events()
  while true do
    local ready = channel.select { inbox:case_receive(), events:case_receive() }
    if ready.channel == events then return end -- only CANCEL can come: it monitors nobody

    local question = ready.value
    local word = question:payload():data().word
    process.send(question:from(), "answer", { translation = words[word] })
  end
end

return { main = main }
