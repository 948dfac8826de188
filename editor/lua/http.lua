---@meta http

---@class http.Request
local Request = {}

---@return string
function Request:method() end

---@return string
function Request:path() end

---@return string
function Request:host() end

---@return string
function Request:remote_addr() end

---@return string
function Request:body() end

---@return table<string, string>
function Request:headers() end

---@return table<string, string>
function Request:params() end

---@return boolean
function Request:has_body() end

---@return string?
function Request:content_type() end

---@return integer
function Request:content_length() end

---@param type string
---@return boolean
function Request:is_content_type(type) end

---@param type string
---@return boolean
function Request:accepts(type) end

---@param name string
---@return string?
function Request:query(name) end

---@return table<string, string>
function Request:query_params() end

---@param name string
---@return string?
function Request:header(name) end

---@param name string
---@return string?
function Request:param(name) end

---@return any?
---@return error?
function Request:body_json() end

---@class http.Response
local Response = {}

---@param status integer
---@return boolean?
---@return error?
function Response:set_status(status) end

---@param name string
---@param value string
---@return boolean?
---@return error?
function Response:set_header(name, value) end

---@param type string
---@return boolean?
---@return error?
function Response:set_content_type(type) end

---@param text string
---@return boolean?
---@return error?
function Response:write(text) end

---@param value any
---@return boolean?
---@return error?
function Response:write_json(value) end

---@return boolean?
---@return error?
function Response:flush() end

http = {}

---@return http.Request?
---@return error?
function http.request() end

---@return http.Response?
---@return error?
function http.response() end

http.METHOD = {}

http.METHOD.GET = "GET"
http.METHOD.POST = "POST"
http.METHOD.PUT = "PUT"
http.METHOD.DELETE = "DELETE"
http.METHOD.PATCH = "PATCH"
http.METHOD.HEAD = "HEAD"
http.METHOD.OPTIONS = "OPTIONS"

http.CONTENT = {}

http.CONTENT.JSON = "application/json"
http.CONTENT.TEXT = "text/plain"
http.CONTENT.HTML = "text/html"
http.CONTENT.FORM = "application/x-www-form-urlencoded"
http.CONTENT.MULTIPART = "multipart/form-data"
http.CONTENT.STREAM = "application/octet-stream"

http.STATUS = {}

http.STATUS.OK = 200
http.STATUS.CREATED = 201
http.STATUS.ACCEPTED = 202
http.STATUS.NO_CONTENT = 204
http.STATUS.PARTIAL_CONTENT = 206
http.STATUS.MOVED_PERMANENTLY = 301
http.STATUS.FOUND = 302
http.STATUS.SEE_OTHER = 303
http.STATUS.NOT_MODIFIED = 304
http.STATUS.TEMPORARY_REDIRECT = 307
http.STATUS.PERMANENT_REDIRECT = 308
http.STATUS.BAD_REQUEST = 400
http.STATUS.UNAUTHORIZED = 401
http.STATUS.PAYMENT_REQUIRED = 402
http.STATUS.FORBIDDEN = 403
http.STATUS.NOT_FOUND = 404
http.STATUS.METHOD_NOT_ALLOWED = 405
http.STATUS.NOT_ACCEPTABLE = 406
http.STATUS.REQUEST_TIMEOUT = 408
http.STATUS.CONFLICT = 409
http.STATUS.GONE = 410
http.STATUS.PAYLOAD_TOO_LARGE = 413
http.STATUS.UNSUPPORTED_MEDIA_TYPE = 415
http.STATUS.UNPROCESSABLE_ENTITY = 422
http.STATUS.TOO_MANY_REQUESTS = 429
http.STATUS.INTERNAL_ERROR = 500
http.STATUS.INTERNAL_SERVER_ERROR = 500
http.STATUS.NOT_IMPLEMENTED = 501
http.STATUS.BAD_GATEWAY = 502
http.STATUS.SERVICE_UNAVAILABLE = 503
http.STATUS.GATEWAY_TIMEOUT = 504

return http
