"""The call that a handler gets: the request, and the world at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from mockade.contract.violations import Violation
from mockade.handling.rows import CollectionSchema, Rows
from mockade.hints import did_you_mean
from mockade.state.caller import Caller
from mockade.state.clock import timestamp
from mockade.state.ids import drawn_uuid
from mockade.state.rows import Row
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction

NOBODY = Caller("")
"""The caller of an operation without security, and of events."""


@dataclass(slots=True, kw_only=True)
class RequestFacts:
    """The caller and the values of a request, of the types that the contract says."""

    caller: Caller = NOBODY
    base_url: str = ""
    """The prefix of the contract's paths in the caller's URLs: host, world, the API's base path."""
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    """Also the contract's defaults of what was not sent."""
    query_string: str = ""
    """As it came, undecoded, without the question mark."""
    headers: Mapping[str, Any] = field(default_factory=dict)
    cookies: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    media_type: str = ""
    """Of the body, as the contract lists it; empty where there is none."""
    preconditions: Mapping[str, str] = field(default_factory=dict)
    """The conditional headers of RFC 9110 by their names in lower case; only generated CRUD is told."""

    def facts(self) -> dict[str, Any]:
        """The fields above by name, for the constructor of another subclass."""
        return {
            "caller": self.caller,
            "base_url": self.base_url,
            "path": self.path,
            "query": self.query,
            "query_string": self.query_string,
            "headers": self.headers,
            "cookies": self.cookies,
            "body": self.body,
            "media_type": self.media_type,
            "preconditions": self.preconditions,
        }


Emitter = Callable[["Call", str, Row], None]
"""Passes an event of a call, with its row, on to those that listen."""


@dataclass(slots=True)
class Call(RequestFacts):
    """A request as a handler sees it, or an event of the timeline, which has no caller."""

    api: str
    transaction: Transaction
    collections: Mapping[str, CollectionSchema]
    behaviour: Mapping[str, Any] = field(default_factory=dict)
    at: float | None = None
    """The moment of the call in seconds since 1970; None for the world's clock."""
    notices: list[Violation] = field(default_factory=list)
    """What the journal and the log are to say besides, such as a parameter that was not acted on."""
    timed_out: bool = False
    """Whether it waited for rows to change (`Wait`) until its time was over: this is its last run."""
    memo: Any = None
    """What it kept in mind when it last answered Wait."""
    depth: int = 0
    """How many events of siblings led to it."""
    emitter: Emitter | None = None
    """Passes on what it emits; None where the API has no family."""

    def rows(self, collection: str) -> Rows:
        """Raises LookupError for a collection that the API does not have."""
        schema = self.collections.get(collection)
        if schema is None:
            hint = did_you_mean(collection, self.collections)
            raise LookupError(f"There is no collection {collection!r}. {hint}")
        return Rows(self.api, self.transaction, schema)

    def seconds(self) -> float:
        """The world's time, in seconds since 1970; one moment for the whole call."""
        if self.at is None:
            self.at = self.transaction.now()
        return self.at

    def now(self) -> str:
        """The world's time as a date-time in UTC with milliseconds."""
        return timestamp(self.seconds())

    def today(self) -> str:
        """The first moment of the world's day in UTC, as a date-time."""
        return self.transaction.today(self.at)

    def later(self, seconds: float) -> str:
        """The moment `seconds` from now, as `now` has it."""
        return timestamp(self.seconds() + seconds)

    def new_uuid(self) -> str:
        """A version 4 UUID, drawn from the world's seed."""
        return drawn_uuid(self.transaction.state.seed, self.transaction.draw())

    def set_event(self, action: str, key: str, seconds: float) -> None:
        """Run the timeline's function `action` on `key`, `seconds` from now; replaces an earlier one."""
        self.transaction.set_event(Event(self.api, action, key), self.seconds() + seconds)

    def emit(self, event: str, row: Mapping[str, Any]) -> None:
        """Tell the APIs of the family what happened; each that lists a function `event` takes a copy in.

        It does so before this returns, in the same transaction: what it raises ends this call as well.
        """
        if self.emitter is not None:
            self.emitter(self, event, row if isinstance(row, Row) else Row(row))

    def admit(self, scheme: str, secret: str, caller: Caller) -> None:
        """Let `caller` call with `secret` for a security scheme from now on, APIs of the family too."""
        self.transaction.admit(self.api, scheme, secret, caller)

    def dismiss(self, scheme: str, secret: str) -> None:
        """Let nobody call with `secret` any more, where this API had admitted it."""
        self.transaction.dismiss(self.api, scheme, secret)

    def cancel_event(self, action: str, key: str) -> None:
        self.transaction.cancel_event(Event(self.api, action, key))


Handler = Callable[..., Any]
