"""What the properties of one object have in common: a person, a place, a succession of moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import NamedTuple

from mockade.contract.generation.draws import Draws
from mockade.contract.generation.words import (
    ADJECTIVES,
    COMPANIES,
    FIRST_NAMES,
    LAST_NAMES,
    NOUNS,
    PLACES,
    STREETS,
    VERBS,
    PlaceOnEarth,
)
from mockade.contract.vocabulary import CREATED, UPDATED


class Person(NamedTuple):
    first: str
    last: str

    @property
    def full(self) -> str:
        return f"{self.first} {self.last}"

    @property
    def email(self) -> str:
        return f"{self.first}.{self.last}@example.com".lower()


_PLACE_NAME = re.compile("city|zip|postal|street|country", re.IGNORECASE)

EXPIRY = 8
"""The first rank of a moment that is still to come."""

_RANKS = {
    **dict.fromkeys(("birth", "born", "birthday", "birthdate", "dob"), -1),
    **dict.fromkeys((*CREATED, "added", "issued", "issue", "opened", "registered"), 0),
    **dict.fromkeys(("registration", "joined", "founded", "inserted", "min", "minimum", "first"), 0),
    **dict.fromkeys(("start", "started", "starts", "begin", "begins", "from", "since", "after"), 1),
    **dict.fromkeys(("published", "released", "release", "sent", "submitted", "ordered", "purchased"), 2),
    **dict.fromkeys(("processed", "paid", "approved", "accepted", "delivered", "received", "confirmed"), 3),
    **dict.fromkeys((*UPDATED, "edited", "synced"), 4),
    **dict.fromkeys(("last", "seen", "login", "accessed", "active", "visited", "latest"), 5),
    **dict.fromkeys(("end", "ended", "ends", "finish", "finished", "completed", "closed", "stop", "to"), 6),
    **dict.fromkeys(("until", "stopped", "resolved", "max", "maximum", "before", "completion"), 6),
    **dict.fromkeys(("deleted", "archived", "removed", "revoked", "cancelled", "canceled"), 7),
    **dict.fromkeys(
        ("due", "expires", "expire", "expiry", "expiration", "expired", "renewal", "next"), EXPIRY
    ),
}
"""Which moment of a row's life a word of a name means: what has a smaller rank was earlier."""


def rank_of(tokens: tuple[str, ...]) -> int | None:
    """The rank that a name's words give, the last word's first; None when they give none."""
    return next((_RANKS[token] for token in reversed(tokens) if token in _RANKS), None)


class RowContext:
    """What belongs to one object, each part drawn when first asked.

    `kind` are the words of the object's own name, such as ("user",), and `names` its properties. Times lie
    before `now`, but for those that are to come by their name.
    """

    def __init__(
        self, draws: Draws, now: datetime, kind: tuple[str, ...] = (), names: tuple[str, ...] = ()
    ) -> None:
        self.draws = draws
        self.now = now
        self.kind = kind
        self.names = names

    @cached_property
    def is_address(self) -> bool:
        """Whether the object tells of a place: what is called a state is then a region."""
        return any(_PLACE_NAME.search(name) for name in self.names)

    @cached_property
    def person(self) -> Person:
        draws = self.draws.child("person")
        return Person(draws.pick(FIRST_NAMES), draws.pick(LAST_NAMES))

    @cached_property
    def place(self) -> PlaceOnEarth:
        return self.draws.child("place").pick(PLACES)

    @cached_property
    def title(self) -> str:
        draws = self.draws.child("title")
        return f"{draws.pick(ADJECTIVES).capitalize()} {draws.pick(NOUNS)}"

    @cached_property
    def slug(self) -> str:
        return self.title.lower().replace(" ", "-")

    @cached_property
    def company(self) -> str:
        draws = self.draws.child("company")
        return f"{draws.pick(NOUNS).capitalize()} {draws.pick(COMPANIES)}"

    @cached_property
    def street(self) -> str:
        draws = self.draws.child("street")
        return f"{draws.between(1, 199)} {draws.pick(STREETS)} Street"

    @cached_property
    def total(self) -> int:
        """How many there are of what the object counts; `part` is one of its counts, and not larger."""
        return self.draws.child("total").between(20, 400)

    @cached_property
    def _life(self) -> tuple[datetime, timedelta]:
        """When the row was created, and the time between its ranks."""
        draws = self.draws.child("life")
        span = timedelta(minutes=draws.between(20 * 24 * 60, 300 * 24 * 60))
        return self.now - span, span / EXPIRY

    def moment(self, rank: int) -> datetime:
        """The moment of that rank, to the second; -1 is a person's birth."""
        draws = self.draws.child(f"moment {rank}")
        if rank < 0:
            return self.now - timedelta(days=draws.between(19 * 365, 60 * 365))
        created, step = self._life
        moment = created + rank * step + step * (draws.below(500) / 1000)
        return moment.replace(microsecond=0)


def sentence(draws: Draws) -> str:
    return (
        f"The {draws.pick(ADJECTIVES)} {draws.pick(NOUNS)} {draws.pick(VERBS)} "
        f"the {draws.pick(ADJECTIVES)} {draws.pick(NOUNS)}."
    )


def moment_of(now: str) -> datetime:
    """A time as RFC 3339 writes it, in UTC."""
    moment = datetime.fromisoformat(now)
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)


def rfc3339(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
