"""YAML to JSON's data, made as the parser's events come: with no tree of nodes in between."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable, Generator
from typing import Any, NamedTuple

import orjson
import yaml

LARGEST = 2_000_000
"""For how many values the aliases of a text may stand."""

DEEPEST = 128
"""How deeply what is read may nest: orjson reads 1,024 levels but writes only 254."""

_EVENTS = 500  # between two stops

_TAG = "tag:yaml.org,2002:"
_MERGE: Any = object()
"""The key of what is merged into an object, which is written `<<`."""

_OPEN: Any = object()
"""What an anchor stands for while its value is being made."""

Event = Any
"""One of PyYAML's events, as its C parser makes them."""


def error_at(event: Event, problem: str) -> yaml.constructor.ConstructorError:
    """An error at the beginning of what `event` stands for."""
    return yaml.constructor.ConstructorError(None, None, problem, event.start_mark)


class TooLargeError(yaml.constructor.ConstructorError):
    """A number that JSON cannot hold."""


class _Around(NamedTuple):
    """An object or list that waits for the one in it to end, and how that one began."""

    holder: Any
    key: Any
    merged: dict[str, Any] | None
    begun: Event


class _Anchored(NamedTuple):
    value: Any
    text: str | None
    """What was written, where it was no list and no object."""


class Data:
    """The data of one YAML text, as YAML 1.2 and JSON mean it.

    Dates stay text, `on` and `no` words, `12:30` is no number and `0123` is 123; no tag makes a date.
    Keys are the text that was written; one that stands twice is an error, not a silent choice.
    """

    def __init__(self, text: str, *, tolerant: bool = False) -> None:
        """If `tolerant`, a number that JSON cannot hold is an infinite one, else it is an error.

        Of a key that stands twice the last counts; `twice` has the marks of such keys. A tag that is an
        application's own (`!Sub`) is left out; `tags` has the marks of such tags.
        """
        self.holds_infinite = False
        self.twice: list[tuple[yaml.Mark, str]] = []
        self.tags: list[tuple[yaml.Mark, str]] = []
        self._tolerant = tolerant
        self._parser = yaml.CSafeLoader(text)
        self._anchors: dict[str, _Anchored] = {}
        self._root: Any = None
        self._repeated = 0
        """Values that were made again for aliases."""

    def made(self) -> Any:
        """The data. Raises yaml.YAMLError for what is no YAML, and for what JSON cannot say."""
        for _ in self.steps():
            pass
        return self._root

    def steps(self, packed: int = -1) -> Generator[None, None, Any]:
        """Makes the data, and stops now and then; what is in lists `packed` levels down is JSON, as bytes."""
        # The innermost object or list, the key in it whose value comes next, and what is merged into it.
        holder: Any = None
        key: Any = None
        merged: dict[str, Any] | None = None
        around: list[_Around] = []
        documents = 0
        get_event = self._parser.get_event
        for count in itertools.count(1):
            if not count % _EVENTS:
                yield
            event: Event = get_event()
            kind = type(event)
            wants_key = key is None and type(holder) is dict
            if kind is yaml.ScalarEvent:
                if wants_key:
                    key = self._key(event, holder)
                    continue
                value = self._scalar(event)
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                value = {**merged, **holder} if merged is not None else holder
                holder, key, merged, event = around.pop()
                if event.anchor is not None:
                    self._anchors[event.anchor] = _Anchored(value, None)
                if packed >= 0 and len(around) == packed + 1 and type(holder) is list:
                    value = orjson.dumps(value)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if wants_key:
                    raise error_at(event, "a key is text, not a list or an object")
                self._begin(event, len(around))
                around.append(_Around(holder, key, merged, event))
                holder = {} if kind is yaml.MappingStartEvent else []
                key = merged = None
                continue
            elif kind is yaml.AliasEvent:
                if wants_key:
                    key = self._key_again(event, holder)
                    continue
                value = self._again(event, self._anchored(event).value, len(around))
            elif kind is yaml.StreamEndEvent:
                return self._root
            else:
                documents += kind is yaml.DocumentStartEvent
                if documents > 1:
                    raise error_at(event, "a second document begins here")
                continue
            if type(holder) is list:
                holder.append(value)
            elif holder is None:
                self._root = value
            elif key is _MERGE:
                # Of several in a list the first one counts.
                for one in reversed(value) if type(value) is list else [value]:
                    if type(one) is not dict:
                        raise error_at(event, "only objects and lists of them can be merged")
                    merged = {**(merged or {}), **one}
                key = None
            else:
                holder[key] = value
                key = None

    def _key(self, event: Event, holder: dict[str, Any]) -> Any:
        text: str = event.value
        if event.anchor is not None:
            self._scalar(event)
        if text == "<<" and (event.implicit[0] or event.tag == f"{_TAG}merge"):
            return _MERGE
        if text in holder:
            self._note_again(event, text)
        return text

    def _key_again(self, event: Event, holder: dict[str, Any]) -> str:
        """The key that an alias stands for."""
        text = self._anchored(event).text
        if text is None:
            raise error_at(event, "a key is text, not a list or an object")
        if text in holder:
            self._note_again(event, text)
        return text

    def _note_again(self, event: Event, key: str) -> None:
        """Note a key that stands twice in its object, where that is tolerated."""
        if not self._tolerant:
            raise error_at(event, f"the key {key!r} stands here twice")
        self.twice.append((event.start_mark, key))

    def _begin(self, event: Event, level: int) -> None:
        """See that a list or an object may begin in `level` others."""
        if level == DEEPEST:
            raise error_at(event, f"it nests more than {DEEPEST} levels deep")
        if event.tag not in (None, "!", _TAG + ("map" if type(event) is yaml.MappingStartEvent else "seq")):
            self._leave_out(event)
        if event.anchor is not None:
            self._anchor(event, _Anchored(_OPEN, None))

    def _scalar(self, event: Event) -> Any:
        text: str = event.value
        value: Any = text
        if event.tag is not None and event.tag != "!":
            make = _TAGGED.get(event.tag)
            if make is None:
                self._leave_out(event)
            else:
                value = self._plain(make, event)
        elif event.implicit[0] and text[:1] in _PLAIN:
            for pattern, make in _PLAIN[text[:1]]:
                if pattern.fullmatch(text):
                    value = self._plain(make, event)
                    break
        if event.anchor is not None:
            self._anchor(event, _Anchored(value, text))
        return value

    def _leave_out(self, event: Event) -> None:
        """Note a tag that JSON has no meaning for, where that is tolerated."""
        if not self._tolerant or event.tag[:1] != "!":
            raise error_at(event, f"the tag {event.tag!r} means nothing in JSON")
        self.tags.append((event.start_mark, event.tag))

    def _plain(self, make: _Make, event: Event) -> Any:
        try:
            return make(event)
        except TooLargeError:
            if not self._tolerant:
                raise
            self.holds_infinite = True
            return math.inf

    def _anchor(self, event: Event, anchored: _Anchored) -> None:
        if event.anchor in self._anchors and not self._tolerant:
            raise error_at(event, f"the anchor {event.anchor!r} stands here twice")
        self._anchors[event.anchor] = anchored

    def _anchored(self, event: Event) -> _Anchored:
        anchored = self._anchors.get(event.anchor)
        if anchored is None:
            raise error_at(event, f"no anchor {event.anchor!r} stands before this alias")
        if anchored.value is _OPEN:
            raise error_at(event, "an alias in it contains itself")
        return anchored

    def _again(self, event: Event, value: Any, level: int) -> Any:
        """A copy of the value that an alias repeats in `level` others: each is changed without the other."""
        self._repeated += 1
        if self._repeated > LARGEST:
            raise error_at(event, f"the aliases in it stand for more than {LARGEST:,} values")
        if not isinstance(value, dict | list):
            return value
        if level == DEEPEST:
            raise error_at(event, f"it nests more than {DEEPEST} levels deep")
        if isinstance(value, list):
            return [self._again(event, item, level + 1) for item in value]
        return {key: self._again(event, member, level + 1) for key, member in value.items()}


def _boolean(event: Event) -> bool:
    word = event.value.lower()
    if word not in ("true", "false"):
        raise error_at(event, f"{event.value!r} is neither true nor false")
    return bool(word == "true")


def _integer(event: Event) -> int | float:
    """As JSON is read: what 64 bits cannot hold becomes a float."""
    base = {"0o": 8, "0x": 16}.get(event.value[:2], 10)
    try:
        number = int(event.value, base)
    except ValueError:
        return _number(event)  # over 4,300 digits, or tagged as an integer and none
    if -(2**63) <= number < 2**64:
        return number
    try:
        return float(number)
    except OverflowError:
        raise _too_large(event) from None


def _number(event: Event) -> float:
    try:
        number = float(event.value)
    except ValueError:
        raise error_at(event, f"{event.value!r} is no number") from None
    if not math.isfinite(number):
        raise _too_large(event)
    return number


def _too_large(event: Event) -> TooLargeError:
    return TooLargeError(None, None, "this number is larger than JSON's can be", event.start_mark)


_Make = Callable[[Event], Any]

_TAGGED: dict[str, _Make] = {
    f"{_TAG}null": lambda _event: None,
    f"{_TAG}bool": _boolean,
    f"{_TAG}int": _integer,
    f"{_TAG}float": _number,
    f"{_TAG}str": lambda event: event.value,
}
"""What a tag makes of a text."""

_PLAIN: dict[str, list[tuple[re.Pattern[str], _Make]]] = {}
"""What text without quotes means when it begins so; everything else is text."""

for _tag, _pattern, _firsts in (
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    for _first in _firsts:
        _PLAIN.setdefault(_first, []).append((re.compile(_pattern), _TAGGED[_TAG + _tag]))
