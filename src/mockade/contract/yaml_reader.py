"""YAML to JSON's data, made as the parser's events come: with no tree of nodes in between."""

from __future__ import annotations

import itertools
import math
from collections.abc import Generator
from typing import Any, NamedTuple, TextIO

import orjson
import yaml

from mockade.contract.yaml_scalars import PLAIN, TAG, TAGGED, Event, Make, TooLargeError, error_at

LARGEST = 2_000_000
"""For how many values the aliases of a text may stand."""

DEEPEST = 128
"""How deeply what is read may nest: orjson reads 1,024 levels but writes only 254."""

_EVENTS = 500  # between two stops

_MERGE: Any = object()
"""The key of what is merged into an object, which is written `<<`."""

_OPEN: Any = object()
"""What an anchor stands for while its value is being made."""

_COMPLEX: Any = object()
"""The key for which a list or an object stands, while that is being made."""

_NOTHING: Any = object()
"""The key of what is left out, and what is put in the place of a value that is."""


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

    def __init__(self, text: str | TextIO, *, tolerant: bool = False) -> None:
        """The parser takes of `text` what it needs next, where that can be read.

        If `tolerant`, a number that JSON cannot hold is an infinite one, else it is an error.

        Of a key that stands twice the last counts; `twice` has the marks of such keys. A tag that is an
        application's own (`!Sub`) is left out, and so is what JSON cannot say of keys, aliases and merging;
        `left_out` has the marks of such places, and what is wrong there.
        """
        self.holds_infinite = False
        self.twice: list[tuple[yaml.Mark, str]] = []
        self.left_out: list[tuple[yaml.Mark, str]] = []
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
                if key is _COMPLEX:
                    key = _NOTHING
                    continue
                if packed >= 0 and len(around) == packed + 1 and type(holder) is list:
                    value = orjson.dumps(value)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                if wants_key:
                    self._leave_out(event, "a key is text, not a list or an object")
                    key = _COMPLEX
                self._begin(event, len(around))
                around.append(_Around(holder, key, merged, event))
                holder = {} if kind is yaml.MappingStartEvent else []
                key = merged = None
                continue
            elif kind is yaml.AliasEvent:
                if wants_key:
                    key = self._key_again(event, holder)
                    continue
                value = self._anchored(event).value
                if value is _OPEN:
                    self._leave_out(event, "an alias in it contains itself")
                    value = _NOTHING
                else:
                    value = self._again(event, value, len(around))
            elif kind is yaml.StreamEndEvent:
                return self._root
            else:
                documents += kind is yaml.DocumentStartEvent
                if documents > 1:
                    raise error_at(event, "a second document begins here")
                continue
            if value is _NOTHING or key is _NOTHING:
                key = None
            elif type(holder) is list:
                holder.append(value)
            elif holder is None:
                self._root = value
            elif key is _MERGE:
                # Of several in a list the first one counts.
                for one in reversed(value) if type(value) is list else [value]:
                    if type(one) is dict:
                        merged = {**(merged or {}), **one}
                    else:
                        self._leave_out(event, "only objects and lists of them can be merged")
                key = None
            else:
                holder[key] = value
                key = None

    def _key(self, event: Event, holder: dict[str, Any]) -> Any:
        text: str = event.value
        if event.anchor is not None:
            self._scalar(event)
        if text == "<<" and (event.implicit[0] or event.tag == f"{TAG}merge"):
            return _MERGE
        if text in holder:
            self._note_again(event, text)
        return text

    def _key_again(self, event: Event, holder: dict[str, Any]) -> Any:
        """The key that an alias stands for."""
        text = self._anchored(event).text
        if text is None:
            self._leave_out(event, "a key is text, not a list or an object")
            return _NOTHING
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
        if event.tag not in (None, "!", TAG + ("map" if type(event) is yaml.MappingStartEvent else "seq")):
            self._leave_out_tag(event)
        if event.anchor is not None:
            self._anchor(event, _Anchored(_OPEN, None))

    def _scalar(self, event: Event) -> Any:
        text: str = event.value
        value: Any = text
        if event.tag is not None and event.tag != "!":
            make = TAGGED.get(event.tag)
            if make is None:
                self._leave_out_tag(event)
            else:
                value = self._plain(make, event)
        elif event.implicit[0] and text[:1] in PLAIN:
            for pattern, make in PLAIN[text[:1]]:
                if pattern.fullmatch(text):
                    value = self._plain(make, event)
                    break
        if event.anchor is not None:
            self._anchor(event, _Anchored(value, text))
        return value

    def _leave_out_tag(self, event: Event) -> None:
        problem = f"the tag {event.tag!r} means nothing in JSON"
        if event.tag[:1] != "!":
            raise error_at(event, problem)
        self._leave_out(event, problem)

    def _leave_out(self, event: Event, problem: str) -> None:
        """Note what JSON cannot say, where that is tolerated."""
        if not self._tolerant:
            raise error_at(event, problem)
        self.left_out.append((event.start_mark, problem))

    def _plain(self, make: Make, event: Event) -> Any:
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
