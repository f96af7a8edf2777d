"""What is done in the store in one step: scripts that Redis and Valkey run, each on the keys of one world."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from mockade.stores.interface import LONGEST_TURN

DONE, BEHIND, BUSY, GONE = 1, 0, 2, -1
"""What COMMIT and CHECK answer first."""

LOST = "LOST"
"""What the error of LOAD begins with where a part of a world is missing."""


class Script(NamedTuple):
    """A script, and what it is called by once it is loaded."""

    text: str
    digest: str


def _script(text: str, flags: str = "") -> Script:
    whole = f"#!lua{f' flags={flags}' if flags else ''}\n{text}"
    return Script(whole, hashlib.sha1(whole.encode(), usedforsecurity=False).hexdigest())


START = _script(
    """
    -- KEYS: meta, names. ARGV: format, files. What no world was made of yet may be replaced.
    local there = redis.call('HMGET', KEYS[1], 'format', 'files')
    if not there[1] or (there[1] == ARGV[1] and redis.call('SCARD', KEYS[2]) == 0) then
      redis.call('HSET', KEYS[1], 'format', ARGV[1], 'files', ARGV[2])
      return {ARGV[1], ARGV[2]}
    end
    return there
    """
)

RIGHTS = _script(
    """
    -- ARGV: a key of ours, then commands as JSON, with KEY for that. Which of them the user may not run.
    local refused = {}
    for each = 2, #ARGV do
      local words = cjson.decode(ARGV[each])
      for at, word in ipairs(words) do
        if word == 'KEY' then words[at] = ARGV[1] end
      end
      if not redis.acl_check_cmd(unpack(words)) then refused[#refused + 1] = ARGV[each] end
    end
    return refused
    """,
    "no-writes",
)

_COMMIT = """
    -- KEYS: head, log. ARGV: epoch, version, numbers wanted of the journal, who, milliseconds for a turn of
    -- his own if he was overtaken, changes...
    local head = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'numbered', 'turn', 'until')
    if head[1] ~= ARGV[1] then return {-1} end
    local time = redis.call('TIME')
    local now = time[1] * 1000 + math.floor(time[2] / 1000)
    if ARGV[3] ~= '0' or #ARGV > 5 then redis.call('HSET', KEYS[1], 'used', time[1]) end
    -- No turn ends later than that from now: the clock was set back meanwhile, or is another machine's.
    local left = (tonumber(head[5]) or 0) - now
    local others_turn = head[4] and left > 0 and left <= LONGEST_TURN and head[4] ~= ARGV[4]
    if head[2] ~= ARGV[2] then
      if ARGV[5] ~= '0' and not others_turn then
        redis.call('HSET', KEYS[1], 'turn', ARGV[4], 'until', now + ARGV[5])
      end
      local expected, size = tonumber(ARGV[2]), 0
      local changes = {}
      for at, one in ipairs(redis.call('XRANGE', KEYS[2], '(' .. ARGV[2] .. '-0', '+', 'COUNT', 1000)) do
        expected = expected + 1
        size = size + #one[2][2]
        -- What is large has to be loaded, which may take longer than an answer that somebody waits for.
        if one[1] ~= expected .. '-0' or size > 1048576 then return {0, {}} end
        changes[at] = one[2][2]
      end
      -- With a part of them he would be where the world was before he asked.
      if expected ~= tonumber(head[2]) then return {0, {}} end
      return {0, changes}
    end
    if #ARGV > 5 then
      if others_turn then return {2} end
      local version = tonumber(ARGV[2])
      for at = 6, #ARGV do
        version = version + 1
        redis.call('XADD', KEYS[2], version .. '-0', 'c', ARGV[at])
      end
      redis.call('HSET', KEYS[1], 'version', version)
      if head[4] == ARGV[4] then redis.call('HDEL', KEYS[1], 'turn', 'until') end
    end
    local numbered = tonumber(head[3])
    local last = numbered + tonumber(ARGV[3])
    if last > numbered then redis.call('HSET', KEYS[1], 'numbered', last) end
    return {1, numbered + 1, last}
    """

_COMMIT = _COMMIT.replace("LONGEST_TURN", str(round(LONGEST_TURN * 1000)))

COMMIT = _script(_COMMIT)

CHECK = _script(_COMMIT, "allow-oom")
"""Without changes: what only reads is answered while the store is full."""

LOAD = _script(
    """
    -- KEYS: head, baseline, snapshot, log.
    local head = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'numbered', 'snapshot')
    if not head[1] then return false end
    local baseline, snapshot = redis.call('GET', KEYS[2]), redis.call('GET', KEYS[3])
    if not baseline then return redis.error_reply('LOST what it starts with') end
    if not snapshot and head[4] ~= '0' then return redis.error_reply('LOST the snapshot') end
    local changes, expected = {}, tonumber(head[4])
    for at, one in ipairs(redis.call('XRANGE', KEYS[4], '(' .. head[4] .. '-0', '+')) do
      expected = expected + 1
      if one[1] ~= expected .. '-0' then break end
      changes[at] = one[2][2]
    end
    -- Without some of them it would be what it never was.
    if (tonumber(head[4]) or 0) + #changes ~= tonumber(head[2]) then
      return redis.error_reply('LOST changes: ' .. #changes .. ' are there behind version ' .. head[4] ..
        ', and the last version is ' .. tostring(head[2]))
    end
    return {head[1], head[2], head[3], baseline, snapshot or '', changes}
    """,
    "no-writes",
)

CREATE = _script(
    """
    -- KEYS: head, baseline, snapshot, log, journal. ARGV: epoch, the epoch of the world whose place it takes
    -- (empty for none), baseline, the last number before the journal's first, the last one given, changes...
    if (redis.call('HGET', KEYS[1], 'epoch') or '') ~= ARGV[2] then return 0 end
    redis.call('UNLINK', unpack(KEYS))
    redis.call('HSET', KEYS[1], 'epoch', ARGV[1], 'version', #ARGV - 5, 'begin', ARGV[4], 'numbered', ARGV[5],
      'snapshot', 0, 'used', redis.call('TIME')[1])
    redis.call('SET', KEYS[2], ARGV[3])
    for at = 6, #ARGV do redis.call('XADD', KEYS[4], (at - 5) .. '-0', 'c', ARGV[at]) end
    return 1
    """
)

DELETE = _script(
    """
    -- KEYS: head, baseline, snapshot, log, journal. ARGV: seconds without use, or nothing for at once.
    if ARGV[1] ~= '' then
      local used = redis.call('HGET', KEYS[1], 'used')
      if not used or redis.call('TIME')[1] - used <= tonumber(ARGV[1]) then return 0 end
    end
    return redis.call('UNLINK', unpack(KEYS))
    """,
    "allow-oom",
)

SNAPSHOT = _script(
    """
    -- KEYS: head, snapshot, log. ARGV: epoch, version, snapshot, changes that are kept behind it.
    local head = redis.call('HMGET', KEYS[1], 'epoch', 'snapshot')
    if head[1] ~= ARGV[1] or tonumber(head[2]) >= tonumber(ARGV[2]) then return 0 end
    redis.call('SET', KEYS[2], ARGV[3])
    redis.call('HSET', KEYS[1], 'snapshot', ARGV[2])
    local oldest = tonumber(ARGV[2]) - tonumber(ARGV[4])
    if oldest > 0 then redis.call('XTRIM', KEYS[3], 'MINID', oldest .. '-0') end
    return 1
    """
)

CLAIM = _script(
    """
    -- KEYS: claim. ARGV: who, milliseconds.
    local holder = redis.call('GET', KEYS[1])
    if holder and holder ~= ARGV[1] then return 0 end
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return 1
    """
)

RELEASE = _script(
    """
    -- KEYS: claim. ARGV: who.
    if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
    return 1
    """,
    "allow-oom",
)

ADD_ENTRIES = _script(
    """
    -- KEYS: head, journal. ARGV: epoch, capacity, budget in bytes, then number and entry in turns.
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return 0 end
    for at = 4, #ARGV, 2 do
      redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'n', ARGV[at], 'd', ARGV[at + 1])
    end
    local budget, bytes = tonumber(ARGV[3]), redis.call('MEMORY', 'USAGE', KEYS[2])
    if bytes > budget then
      local kept = math.floor(redis.call('XLEN', KEYS[2]) * budget / bytes)
      redis.call('XTRIM', KEYS[2], 'MAXLEN', math.max(1, kept))
      local oldest = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1][2][2]
      redis.call('HSET', KEYS[1], 'forgotten', oldest - 1)
    end
    return 1
    """
)

ENTRIES = _script(
    """
    -- KEYS: head, journal. ARGV: epoch, from where, how many.
    if redis.call('HGET', KEYS[1], 'epoch') ~= ARGV[1] then return false end
    return redis.call('XRANGE', KEYS[2], ARGV[2], '+', 'COUNT', ARGV[3])
    """,
    "no-writes",
)

ALL = (RIGHTS, START, COMMIT, CHECK, LOAD, CREATE, DELETE, SNAPSHOT, CLAIM, RELEASE, ADD_ENTRIES, ENTRIES)
