---@meta text

---@class text.Differ
local Differ = {}

---@param a string
---@param b string
---@return {operation: string, text: string}[]?
---@return error?
function Differ:compare(a, b) end

---@param diffs table
---@return {equals: integer, deletions: integer, insertions: integer}?
---@return error?
function Differ:summarize(diffs) end

---@param diffs table
---@return string?
---@return error?
function Differ:pretty_text(diffs) end

---@param diffs table
---@return string?
---@return error?
function Differ:pretty_html(diffs) end

---@param a string
---@param b string
---@return string[]?
---@return error?
function Differ:patch_make(a, b) end

---@param patches string[]
---@param text string
---@return string
---@return boolean
function Differ:patch_apply(patches, text) end

---@class text.Regexp
local Regexp = {}

---@param text string
---@return boolean?
---@return error?
function Regexp:match_string(text) end

---@param text string
---@return string?
---@return error?
function Regexp:find_string(text) end

---@param text string
---@return string[]?
---@return error?
function Regexp:find_string_submatch(text) end

---@param text string
---@return integer[]?
---@return error?
function Regexp:find_string_index(text) end

---@param text string
---@return string[]?
---@return error?
function Regexp:find_all_string(text) end

---@param text string
---@return string[][]?
---@return error?
function Regexp:find_all_string_submatch(text) end

---@param text string
---@return integer[][]?
---@return error?
function Regexp:find_all_string_index(text) end

---@param text string
---@param template string
---@return string?
---@return error?
function Regexp:replace_all_string(text, template) end

---@param text string
---@param n? integer
---@return string[]?
---@return error?
function Regexp:split(text, n) end

---@return integer?
---@return error?
function Regexp:num_subexp() end

---@return string[]?
---@return error?
function Regexp:subexp_names() end

---@return string?
---@return error?
function Regexp:string() end

---@class text.Splitter
local Splitter = {}

---@param text string
---@return string[]?
---@return error?
function Splitter:split_text(text) end

---@param pages table[]
---@return {content: string, metadata: table}[]?
---@return error?
function Splitter:split_batch(pages) end

text = {}

text.regexp = {}

---@param pattern string
---@return text.Regexp?
---@return error?
function text.regexp.compile(pattern) end

text.diff = {}

---@param options? table
---@return text.Differ?
---@return error?
function text.diff.new(options) end

text.splitter = {}

---@param options? table
---@return text.Splitter?
---@return error?
function text.splitter.recursive(options) end

---@param options? table
---@return text.Splitter?
---@return error?
function text.splitter.markdown(options) end

return text
