"""The settings of a server."""

from __future__ import annotations

import re
from typing import NamedTuple

MEBIBYTE = 1024 * 1024

MOCKADE_PATH = "/_mockade"
"""The prefix of the docs and of the control API; no other contract may serve a path below it."""

WORLD_PREFIX = "/@"
"""The prefix of a path that names a world."""

TOKEN = re.compile(r"[!-~]+")
"""A token: printable ASCII without spaces, as a header carries it."""

GENERATED, UNANSWERED = "generated", "501"
"""What an operation without handler, shape and example answers: a generated body, or a 501."""

REFUSED, WARNED = "refuse", "warn"
"""What becomes of a request that breaks the contract: it is refused, or let through and told."""

ROWS = 3
"""The rows that a collection starts with where no fixture file says which."""

MOST_ROWS = 1000
"""The most that may be asked for."""

CAPACITY = 10_000
"""Exchanges that a journal keeps before it drops the oldest, by default."""


class Settings(NamedTuple):
    """The options of `mockade serve` that do not depend on the APIs."""

    seed: int = 0
    """Seeds ids and random choices: the same seed and requests give the same responses."""
    strict: bool = False
    """Whether notices (undeclared parameters, headers, properties) refuse like violations."""
    closed: bool = False
    """Whether a security scheme without credentials in the fixtures stops the start."""
    strict_contract: bool = False
    """Whether the slips of a contract stop the start; otherwise each costs no more than its own place."""
    max_body: int = MEBIBYTE
    """The largest request body, in bytes."""
    patience: float = 20.0
    """Seconds that a request's head may take to come, and then each next piece of its body."""
    cors: tuple[str, ...] = ()
    """Origins whose pages may call the APIs from a browser; `*` for all. Without any, this machine's own."""
    allow_webhooks: tuple[str, ...] = ()
    """Hosts, other than this machine, that webhooks may be sent to."""
    worlds: int = 10_000
    """How many worlds there may be."""
    idle: float = 3600.0
    """Seconds without a request after which a world is deleted; 0 deletes none."""
    journal: int = CAPACITY
    """How many exchanges a world's journal keeps; 0 keeps none."""
    token: str = ""
    """What the control API demands in X-Mockade-Token; empty for none."""
    unanswered: str = GENERATED
    """What an operation without handler, shape and example answers: GENERATED, or UNANSWERED."""

    requests: str = REFUSED
    """What becomes of a request that breaks the contract: REFUSED, or WARNED: answered as well as can be."""

    rows: int = ROWS
    """How many rows each collection of an API without a fixture file starts with; 0 for none."""

    ignore: tuple[str, ...] = ()
    """Notices about how clients use the APIs that are not told: `RULE` or `RULE:OPERATION`."""

    store: str = ""
    """The address of the store that worlds are kept in; empty to keep them in this process."""

    store_prefix: str = "mockade"
    """How the keys in it begin."""

    @property
    def generates(self) -> bool:
        """Whether what nobody answers is answered by a generated body."""
        return str(self.unanswered) != UNANSWERED
