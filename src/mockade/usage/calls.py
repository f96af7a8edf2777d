"""What is remembered of each client's calls: the last one, what it was told to wait for, the ETags it saw."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from mockade.contract.document import Source
from mockade.contract.violations import Violation, Where
from mockade.usage.operation_facts import OperationFacts
from mockade.worlds.journal import Ending, Exchange

VERSION_HEADERS = frozenset(
    {b"accept-version", b"api-version", b"contract-version", b"x-api-version", b"x-contract-version"}
)
"""Headers by which clients say which version of an API they were made for."""

SENT = frozenset({b"cache-control", b"if-match", b"if-none-match", b"if-unmodified-since"}) | VERSION_HEADERS
TOLD = frozenset({b"cache-control", b"deprecation", b"etag", b"retry-after", b"sunset"})

MOST_CALLERS = 1000
"""Callers of a world that are remembered, each with its programs; the first to call is forgotten first."""

MOST_CLIENTS = 16
"""Clients of one caller and program that are told apart by their connections."""

MOST_KEPT = 200
"""Paths of a client whose ETags, and pauses, are remembered."""

MOST_WORLDS = 1000
"""Worlds that are remembered."""


@dataclass(slots=True)
class UsedCall:
    """One call of an operation, and how it follows on its client's last one."""

    exchange: Exchange
    facts: OperationFacts
    sent: dict[bytes, bytes] = field(init=False)
    """The request's headers that matter here."""
    told: dict[bytes, bytes] = field(init=False)
    """Those of the answer."""
    names_version: bool = field(default=False, init=False)
    """Whether a header says which version of the API it was made for."""
    refused: int = 0
    """How many times in a row the request came again after it had been refused, up to this one."""
    early: int = 0
    """How many times in a row it came again too early."""
    fetched: int = 0
    """How many times in a row it fetched what had not changed."""
    list: tuple[object, ...] = ()
    """Which list it asks for a page of, behind the first one."""
    ways: int = 0
    """How many ways through that list were begun."""
    pages: dict[str, int] | None = None
    """By its query, how often a page came on this way through a list."""
    empty_page: int | None = None
    """The number of the page, or row, behind which it found nothing."""

    def __post_init__(self) -> None:
        # Loops without a call: this is done for each exchange of a server.
        self.sent = sent = {}
        for name, value in self.exchange.request_headers:
            if name in SENT:
                sent[name] = value
                if name in VERSION_HEADERS:
                    self.names_version = True
        self.told = told = {}
        for name, value in self.exchange.response_headers:
            if name in TOLD:
                told[name] = value

    def follows(self, last: UsedCall) -> float:
        """The seconds of the world's time since the last call began; 0 where time stands still."""
        return self.exchange.began - last.exchange.began

    def is_same_request(self, last: UsedCall) -> bool:
        one, other = self.exchange, last.exchange
        return (
            one.path == other.path
            and one.method == other.method
            and one.query == other.query
            and one.request_body == other.request_body
        )


class Pause(NamedTuple):
    """That a client was told to wait."""

    since: float
    until: float
    """Both in the world's time."""
    status: int
    said: str
    """The value of Retry-After."""
    source: Source


Client = tuple[str, bytes]
"""A caller, and the program that calls for it (`User-Agent`)."""


@dataclass(slots=True)
class ClientCalls:
    """What is remembered of one client in one world."""

    connection: Ending | None = None
    """The one that it called by last; None where there is none."""
    last: UsedCall | None = None
    pauses: dict[tuple[str, str], Pause] = field(default_factory=dict)
    """By method and path."""
    tags: dict[str, bytes] = field(default_factory=dict)
    """By path, the ETag that it saw last."""


@dataclass(slots=True)
class WorldCalls:
    """What is remembered of one world."""

    last: int = 0
    """The number of its last exchange."""
    changed: int = 0
    """The number of the last exchange that changed anything; what no call did counts too."""
    clients: dict[Client, list[ClientCalls]] = field(default_factory=dict)
    """Of one credential and program may be several."""

    def client(self, who: Client, connection: Ending | None) -> ClientCalls:
        """The client that called by a connection, else one whose connection is over, else a new one.

        Who opens a connection for each call goes on where its last one ended; who calls while another's
        connection is open is somebody else.
        """
        known = self.clients.get(who)
        if known is None:
            if len(self.clients) >= MOST_CALLERS:
                del self.clients[next(iter(self.clients))]
            known = self.clients[who] = []
        over: ClientCalls | None = None
        for one in known:
            if one.connection is connection:
                return one
            if one.connection is None or one.connection.done():
                over = one
        if over is None and len(known) >= MOST_CLIENTS:
            known.pop(0)
        if over is None:
            over = ClientCalls()
            known.append(over)
        over.connection = connection
        return over


def notice(
    rule: str, path: tuple[str, ...], message: str, source: Source, where: Where = "header"
) -> Violation:
    """What a check found: `path` is the way into the part of the exchange that it is about."""
    return Violation(where, path, rule, message, source=source, notice=True)
