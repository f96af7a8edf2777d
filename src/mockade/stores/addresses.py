"""Addresses of stores, as they are given and as they are shown."""

from __future__ import annotations

import re

SCHEMES = ("redis", "rediss", "unix")
"""Of the addresses of stores."""

_USER = re.compile(r"^(\w+://[^:@/?#]*):.*@", re.DOTALL)
"""Up to the last @: a password that was not escaped may have any character."""

_OPTION = re.compile(r"([?&](?!db=|username=|ssl_(?!password))[^=&]*=)[^&]*", re.DOTALL)
"""One that is, or may have been meant to be, a password."""


def shown(url: str) -> str:
    """An address without its passwords."""
    return _OPTION.sub(r"\1***", _USER.sub(r"\1:***@", url))
