-- Payloads nested deeper than anybody reads, cyclic and shared ones.
-- ends: ok
return {
  main = function()
    local inbox = process.inbox()
    local deep = {}
    for _ = 1, 100000 do deep = { deep } end
    assert(not process.send(process.pid(), "deep", deep))

    local cycle = {}
    cycle.self = cycle
    cycle[cycle] = cycle
    local sent, err = process.send(process.pid(), "cycle", cycle)
    assert(sent or err)

    local wide = { "leaf" }
    for _ = 1, 60 do wide = { wide, wide } end
    sent, err = process.send(process.pid(), "wide", wide)
    assert(sent or err)
    assert(process.send(process.pid(), "end"))
    repeat until inbox:receive():topic() == "end"
  end,
}
