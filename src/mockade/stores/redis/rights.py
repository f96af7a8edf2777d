"""What the user of an ACL has to be allowed to, for worlds to be kept in a Redis."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

_KEY = "KEY"

ASKED = (
    ("CLIENT", "SETNAME", "mockade"),
    ("EVALSHA", "0", "1", _KEY),
    ("EXISTS", _KEY),
    ("HMGET", _KEY, "a"),
    ("HSETNX", _KEY, "a", "b"),
    ("INFO", "server"),
    ("PING",),
    ("SADD", _KEY, "a"),
    ("SCAN", "0"),
    ("SCRIPT", "LOAD", "return 1"),
    ("SMEMBERS", _KEY),
    ("SREM", _KEY, "a"),
)
"""The commands that a worker sends, each as it might."""

IN_SCRIPTS = (
    ("DEL", _KEY),
    ("GET", _KEY),
    ("HDEL", _KEY, "a"),
    ("HGET", _KEY, "a"),
    ("HMGET", _KEY, "a"),
    ("HSET", _KEY, "a", "b"),
    ("MEMORY", "USAGE", _KEY),
    ("SCARD", _KEY),
    ("SET", _KEY, "a"),
    ("TIME",),
    ("UNLINK", _KEY),
    ("XADD", _KEY, "*", "a", "b"),
    ("XLEN", _KEY),
    ("XRANGE", _KEY, "-", "+"),
    ("XTRIM", _KEY, "MINID", "1"),
)
"""Those that its scripts run: a server says of one that its user may not run only that there is one."""

WORDS = [
    orjson.dumps(words).decode() for words in dict.fromkeys((*ASKED, *IN_SCRIPTS)) if words[0] != "EVALSHA"
]
"""What RIGHTS is asked about."""


def refused_rights(refused: Sequence[bytes], prefix: str, shown: str) -> str:
    """A sentence that names the commands that RIGHTS has found to be refused."""
    words = [orjson.loads(one) for one in refused]
    names = [f"{one[0]} {one[1]}" if one[0] in ("CLIENT", "MEMORY", "SCRIPT") else one[0] for one in words]
    return (
        f"{shown} does not let its user do all that is needed: {', '.join(names)} with keys that begin with "
        f"{prefix + ':'!r}. Give the user these rights; docs/scaling.md has all of them."
    )
