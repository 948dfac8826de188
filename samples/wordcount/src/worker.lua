-- Counts the words of one batch at a time and sends the counts to the aggregator, which acknowledges the batch. So
-- either a batch is counted as a whole, or not at all: a worker that crashes has said nothing about it.

local logger = require("logger")

local function is_poisoned(line, poison)
  if poison == "" then return false end
  for word in line:gmatch("%a+") do
    if word:lower() == poison then return true end
  end
  return false
end

local function count(lines, poison)
  local counts = {}
  for number, line in ipairs(lines) do
    if is_poisoned(line, poison) then
      error(errors.new {
        message = "line holds the poison word '" .. poison .. "'",
        kind = errors.INVALID,
        retryable = true,
        details = { line = number },
      })
    end
    for word in line:gmatch("%a+") do
      word = word:lower()
      counts[word] = (counts[word] or 0) + 1
    end
  end
  return counts
end

-- What a worker must not be able to do: the policy lets nothing but counts through.
local function try_to_escape(aggregator)
  local ok, err = process.send(aggregator, "secrets", "let me in")
  if not ok then logger:info("refused, as it should be", { error = err }) end
end

local function main(aggregator, poison, curious)
  if curious then try_to_escape(aggregator) end
  local inbox = process.inbox()
  while true do
    local batch = inbox:receive():payload():data()
    process.send(aggregator, "counts", { batch = batch.id, counts = count(batch.lines, poison) })
  end
end

return { main = main }
