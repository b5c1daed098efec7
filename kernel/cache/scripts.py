"""What Redis does in one step each: read with the check of tags, write, drop. Stamps are microseconds."""

_CLOCK = """
local function clock(key)
  local t = redis.call('TIME')
  return math.max(t[1] * 1000000 + t[2], tonumber(redis.call('GET', key) or 0))
end
"""
READ = (
    _CLOCK
    + """
local now = clock(KEYS[2])
local stamp = string.format('%.0f', now)
local entry = redis.call('HMGET', KEYS[1], 'data', 'stamp', 'tags', 'fresh')
if not entry[1] then return {stamp} end
for tag in string.gmatch(entry[3], '[^\\n]+') do
  local dropped = redis.call('GET', ARGV[1] .. tag)
  if dropped and tonumber(dropped) >= tonumber(entry[2]) then return {stamp} end
end
return {stamp, entry[1], entry[3], string.format('%.0f', (tonumber(entry[4]) - now) / 1000)}
"""
)
WRITE = (
    _CLOCK
    + """
local now = clock(KEYS[2])
local stamp = ARGV[2]
if stamp == '' then stamp = string.format('%.0f', now + 1) end
local fresh = string.format('%.0f', now + ARGV[4] * 1000)
redis.call('HSET', KEYS[1], 'data', ARGV[1], 'stamp', stamp, 'tags', ARGV[3], 'fresh', fresh)
redis.call('PEXPIRE', KEYS[1], ARGV[4] + ARGV[5])
"""
)
DROP = (
    _CLOCK
    + """
local stamp = string.format('%.0f', clock(KEYS[1]) + 1)
redis.call('SET', KEYS[1], stamp)
for i = 4, #ARGV do redis.call('SET', ARGV[1] .. ARGV[i], stamp, 'PX', ARGV[2]) end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', 'tags', table.concat(ARGV, '\\n', 4))
"""
)
