local check = require("check")

return { main = function()
  local time = require("time")
  local function slept(d)
    local before = time.now()
    check.equal(select("#", time.sleep(d)), 0)
    return time.now():sub(before):milliseconds()
  end
  check.equal(slept("50ms"), 50)
  check.equal(slept(20 * time.MILLISECOND), 20)
  check.equal(slept("1.5s"), 1500)
  check.equal(slept("40s"), 40000)
  check.equal(slept(time.now():sub(time.now())), 0)
  check.equal(slept(0), 0)
  check.equal(slept(-5), 0)
  check.equal(slept("-1s"), 0)
  for _, bad in ipairs { "soon", "", "5", "1x", {}, true, 0 / 0 } do
    local ok, err = time.sleep(bad)
    check.equal(ok, nil)
    check.equal(err:kind(), errors.INVALID)
  end
  local ok, err = time.sleep()
  check.equal(ok, nil)
  check.equal(err:kind(), errors.INVALID)
end }
