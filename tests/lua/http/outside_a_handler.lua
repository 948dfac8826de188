local function main()
  local why = "no HTTP request: this is not called by an http.endpoint"
  check.failed(errors.INVALID, why, http.request())
  check.failed(errors.INVALID, why, http.response())
  check.equal(http.METHOD.OPTIONS, "OPTIONS")
  check.equal(http.CONTENT.HTML, "text/html")
  check.equal(http.STATUS.OK, 200)
  check.equal(http.STATUS.UNPROCESSABLE_ENTITY, 422)
  check.equal(http.STATUS.SERVICE_UNAVAILABLE, 503)
end

return { main = main }
