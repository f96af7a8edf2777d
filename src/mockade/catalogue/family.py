"""A family of APIs: they share credentials, and tell each other what happened."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Protocol, TypeVar

from mockade.errors import OurFault
from mockade.handling import Call, Row
from mockade.handling.call import Handler
from mockade.state.transaction import Transaction

MOST_NESTED = 8
"""How deep one event may lead to another: APIs that answer each other would never end."""


class Member(Protocol):
    """An API, as far as its family knows it."""

    @property
    def listeners(self) -> Mapping[str, Handler]:
        """The functions that take in what siblings emit, by the name of the event."""

    def call(self, transaction: Transaction, **facts: Any) -> Call:
        """A call into this API."""


Api = TypeVar("Api", bound=Member)


class Family(Generic[Api]):
    """The APIs of one word in the fixtures. `members` are by stem, and may be added as they are made."""

    __slots__ = ("members", "name")

    def __init__(self, name: str, members: Mapping[str, Api]) -> None:
        self.name = name
        self.members = members

    def others(self, stem: str) -> Sequence[Api]:
        """All but the one of that stem."""
        return [one for key, one in self.members.items() if key != stem]

    def pass_on(self, call: Call, event: str, row: Row) -> None:
        """Have the others that listen to an event take it in, in the call's transaction and moment."""
        for sibling in self.others(call.api):
            listener = sibling.listeners.get(event)
            if listener is None:
                continue
            if call.depth >= MOST_NESTED:
                message = f"{call.api} emits {event!r} while it takes in what others emit, {MOST_NESTED} deep"
                raise OurFault(f"{message}: do two APIs of the family answer each other?")
            facts = {"caller": call.caller, "at": call.seconds(), "depth": call.depth + 1}
            own = Row(copy.deepcopy(dict(row)), key=row.key, beside=copy.deepcopy(row.beside))
            listener(sibling.call(call.transaction, **facts), own)
