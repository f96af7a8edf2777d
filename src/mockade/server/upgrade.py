"""A request's wish for another protocol, which a server may ignore."""

from __future__ import annotations

import re

_UPGRADE = re.compile(rb"(?<=\r\n)upgrade(?=:)", re.IGNORECASE)


def without_upgrade(data: bytes) -> bytes:
    """A request's head without its wish for another protocol, which a server may ignore (RFC 9110).

    The parser would take what follows for that protocol, and a client that offers HTTP/2 beside a body would
    lose the body. The header's name is replaced by one of its length: what is taken for a head may be the
    rest of a body that nobody wants any more, and its length was announced.
    """
    if b"\nupgrade:" not in data.lower():  # a tenth of what the pattern costs, and hardly any request has it
        return data
    head, end, rest = data.partition(b"\r\n\r\n")
    return _UPGRADE.sub(b"ignored", head) + end + rest
