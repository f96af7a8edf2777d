"""The target of a request that is written as a whole address (RFC 9112, 3.2.2)."""

from __future__ import annotations

import re

_ABSOLUTE = re.compile(rb"(?s)[A-Za-z][A-Za-z0-9+.-]*://(?P<host>[^/?#]*)(?P<rest>.*)")


def origin_form(target: bytes, headers: list[tuple[bytes, bytes]]) -> bytes:
    """The path and query of a target; a host in it is the one that is asked, whatever `Host` says.

    It stands in the place of each `Host` among the headers, so that what is held of one holds of it.
    """
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute is None:
        return target
    headers[:] = [(name, absolute["host"] if name == b"host" else value) for name, value in headers]
    rest = absolute["rest"]
    return rest if rest.startswith(b"/") else b"/" + rest
