"""Where each key and item of a file stands, made out from its text when first asked."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import orjson
import yaml

from mockade.errors import Place

TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
"""The tokens of JSON."""

_SLICE = 250
"""Tokens or events that are read in a slice."""


@dataclass(slots=True)
class Spot:
    """Where a value stands (a member: its key), and what is in it; line and column count from 1."""

    line: int
    column: int
    below: dict[str, Spot] | list[Spot] | None = None


def json_spots(
    text: str, twice: Callable[[str, int], None] = lambda _key, _offset: None
) -> Generator[None, None, Spot]:
    """The places in a text that is known to be JSON, in slices.

    `twice` is called with keys that stand again in their object, and their offsets.
    """
    newlines = [-1, *(found.start() for found in re.finditer("\n", text))]
    root = Spot(1, 1)
    holders: list[Spot] = []
    key: str | None = None
    start = 0
    for count, found in enumerate(TOKEN.finditer(text), 1):
        if not count % _SLICE:
            yield
        token = found[0]
        if token in ",:":
            continue
        if token in "}]":
            holders.pop()
            continue
        members = holders[-1].below if holders else None
        if isinstance(members, dict) and key is None:
            key, start = orjson.loads(token), found.start()
            if key in members:
                twice(key, start)
            continue
        offset = start if isinstance(members, dict) else found.start()
        line = bisect_left(newlines, offset)
        spot = Spot(line, offset - newlines[line - 1], {} if token == "{" else [] if token == "[" else None)
        if isinstance(members, dict) and key is not None:
            members[key] = spot
        elif isinstance(members, list):
            members.append(spot)
        else:
            root = spot
        if spot.below is not None:
            holders.append(spot)
        key = None
    return root


def yaml_spots(text: str) -> Generator[None, None, Spot]:
    """The places in a text that is known to be YAML, in slices: the library's nodes come in one go."""
    loader = yaml.CSafeLoader(text)
    root = Spot(0, 0)
    holders: list[_Holder] = []
    anchors: dict[str, Spot] = {}
    count = 0
    while loader.check_event():
        event = loader.get_event()
        count += 1
        if not count % _SLICE:
            yield
        if isinstance(event, yaml.DocumentEndEvent):
            break
        if isinstance(event, yaml.CollectionEndEvent):
            holders.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        mark = event.start_mark
        spot = Spot(mark.line + 1, mark.column + 1) if mark is not None else Spot(1, 1)
        if isinstance(event, yaml.AliasEvent):
            spot.below = anchors[event.anchor or ""].below
        elif isinstance(event, yaml.CollectionStartEvent):
            spot.below = {} if isinstance(event, yaml.MappingStartEvent) else []
        if event.anchor and not isinstance(event, yaml.AliasEvent):
            anchors[event.anchor] = spot
        if not holders:
            root = spot
        else:
            holders[-1].add(spot, event.value if isinstance(event, yaml.ScalarEvent) else None)
        if isinstance(event, yaml.CollectionStartEvent):
            holders.append(_Holder(spot.below))
    return root


class _Holder:
    """A list or a mapping that is being read; of a mapping every second node is a key."""

    __slots__ = ("_key", "_key_spot", "_members")

    def __init__(self, members: dict[str, Spot] | list[Spot] | None) -> None:
        self._members = members
        self._key: str | None = None
        self._key_spot: Spot | None = None

    def add(self, spot: Spot, text: str | None) -> None:
        if isinstance(self._members, list):
            self._members.append(spot)
        elif self._key_spot is None:
            self._key, self._key_spot = text, spot
        else:
            if isinstance(self._members, dict) and self._key is not None:
                spot.line, spot.column = self._key_spot.line, self._key_spot.column
                self._members[self._key] = spot
            self._key_spot = None


class Lines:
    """Where each key and item of a file stands; made out from its text when first asked."""

    def __init__(self, text: str, shown: str, *, is_json: bool | None = None) -> None:
        """`is_json` says how the text was read, where the name that is shown does not."""
        self._text = text
        self._is_json = shown.endswith(".json") if is_json is None else is_json
        self._shown = shown
        self._root: Spot | None = None

    def made(self) -> Generator[None, None, Spot]:
        """Make out where everything stands, in slices; who asks for a place before waits for all of it."""
        if self._root is None:
            # YAML's parser takes most of JSON, but no tabs, no long keys, and no emoji as two \u escapes.
            self._root = yield from json_spots(self._text) if self._is_json else yaml_spots(self._text)
        return self._root

    def place(self, pointer: Sequence[str | int]) -> Place:
        """Where the key or item at `pointer` stands, else where its nearest container does."""
        spot = self._root or at_once(self.made())
        for step in pointer:
            below = spot.below
            if isinstance(below, dict) and str(step) in below:
                spot = below[str(step)]
            elif isinstance(below, list) and str(step).isdecimal() and int(step) < len(below):
                spot = below[int(step)]
            else:
                break
        return Place(self._shown, spot.line, spot.column)


def at_once(work: Generator[None, None, Spot]) -> Spot:
    """What is made in slices, where nobody else waits."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            made: Spot = end.value
            return made


def place_at(text: str, offset: int, shown: str) -> Place:
    """Where a character of a text stands."""
    return Place(shown, text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset))
