"""The events that are to come, as a value."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

from mockade.state.hash_trie import HashTrie
from mockade.state.sorted_sequence import SortedSequence


class Event(NamedTuple):
    """A call that a timeline will make: which function of which API, with which key."""

    api: str
    action: str
    key: str


Due = tuple[float, int, str, str, str]
"""When an event is due and how many were set before it, and the event: its API, action and key."""

_NONE_OF_A_KIND: HashTrie[str, Due] = HashTrie()
_NO_KINDS: HashTrie[tuple[str, str], HashTrie[str, Due]] = HashTrie()


class Timeline(NamedTuple):
    """The events that are to come; each is due once, and setting it again moves it."""

    due: SortedSequence = SortedSequence()
    """Of `Due`: an event is kept flat, in one tuple for both ways to find it."""
    kinds: HashTrie[tuple[str, str], HashTrie[str, Due]] = _NO_KINDS
    """By API and action, then by key."""
    set_so_far: int = 0

    def set(self, event: Event, at: float) -> Timeline:
        """With `event` due at `at` seconds since 1970; of one moment, the first set goes first."""
        kind = event[:2]
        alike = self.kinds.get(kind, _NONE_OF_A_KIND)
        known = alike.get(event.key)
        others = self.due.remove(known) if known is not None else self.due
        due = (at, self.set_so_far, *event)
        kinds = self.kinds.insert(kind, alike.insert(event.key, due))
        return Timeline(others.add(due), kinds, self.set_so_far + 1)

    def cancel(self, event: Event) -> Timeline:
        """Without `event`, whether or not it was there."""
        kind = event[:2]
        alike = self.kinds.get(kind, _NONE_OF_A_KIND)
        known = alike.get(event.key)
        if known is None:
            return self
        rest = alike.remove(event.key)
        kinds = self.kinds.insert(kind, rest) if rest else self.kinds.remove(kind)
        return Timeline(self.due.remove(known), kinds, self.set_so_far)

    def when(self, event: Event) -> float | None:
        """When `event` is due, in seconds since 1970; None where it is not to come."""
        due = self.kinds.get(event[:2], _NONE_OF_A_KIND).get(event.key)
        return None if due is None else due[0]

    def earliest(self) -> float:
        """When the earliest event is due, infinity when there is none."""
        first = self.due.first()
        return first[0] if first else math.inf

    def next(self) -> tuple[float, Event] | None:
        """The earliest event with its time, or None."""
        first = self.due.first()
        return (first[0], Event(*first[2:])) if first else None

    def events(self) -> Iterator[tuple[float, Event]]:
        """All events with their times, the earliest first."""
        return ((due[0], Event(*due[2:])) for due in self.due.items())
