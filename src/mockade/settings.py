"""How a server is to behave, whatever it serves."""

from __future__ import annotations

import re
from typing import NamedTuple

MEBIBYTE = 1024 * 1024

TOKEN = re.compile(r"[!-~]+")
"""What a token can be made of: a header carries nothing else unharmed."""

CAPACITY = 10_000
"""How many exchanges a journal keeps before it forgets the oldest."""


class Settings(NamedTuple):
    """What `mockade serve` can be told about the server itself."""

    seed: int = 0
    """Where ids and chance come from: the same seed and requests give the same answers."""
    strict: bool = False
    """Whether notices (undeclared parameters, headers, properties) refuse like violations."""
    max_body: int = MEBIBYTE
    """The largest request body, in bytes."""
    patience: float = 20.0
    """Seconds that a request's head may take to come, and then each next piece of its body."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may call the APIs from a browser; `*` for all."""
    allow_webhooks: tuple[str, ...] = ()
    """Hosts beside this machine that what an API sends by itself may go to."""
    worlds: int = 10_000
    """How many worlds there may be."""
    idle: float = 3600.0
    """Seconds after which a world that nobody uses goes; 0 lets none go."""
    journal: int = CAPACITY
    """How many exchanges a world's journal keeps; 0 keeps none."""
    token: str = ""
    """What the control API asks for; empty asks for none."""
