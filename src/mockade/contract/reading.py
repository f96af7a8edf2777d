"""Text to data: YAML and JSON as OpenAPI means them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import yaml

from mockade.contract.json_text import nests_deeply as nests_deeply
from mockade.contract.json_text import not_json as not_json
from mockade.contract.lines import TOKEN, at_once, json_spots, place_at
from mockade.contract.parsed_texts import keep, kept
from mockade.contract.yaml_reader import DEEPEST as DEEPEST
from mockade.contract.yaml_reader import Data
from mockade.errors import Finding, Place, SetupError, reason

_Pointer = tuple[str | int, ...]

_DEEP = b"\n" + b"  " * DEEPEST
"""How a line begins of JSON that `orjson` has indented, where it may nest too deeply."""


@dataclass
class Tolerated:
    """What is wrong in a text, and does not keep it from being read where somebody else wrote it."""

    infinite: list[_Pointer] = field(default_factory=list)
    """Where numbers were left out that JSON cannot hold."""
    twice: list[tuple[Place, str]] = field(default_factory=list)
    """Where keys stand for the second time in their objects, and the keys: the last of each counts."""
    left_out: list[tuple[Place, str]] = field(default_factory=list)
    """Where something of YAML was left out that JSON cannot say, and what."""


def parse(path: Path, text: str, shown: str, tolerated: Tolerated | None = None) -> Any:
    """The data of a YAML or JSON file; `shown` is how messages name the file.

    What is `tolerated` is noted there; without it that is a fault too. Raises SetupError with the line and
    column of what cannot be read.
    """
    return _parse_json(text, shown, tolerated) if is_json(path, text) else _parse_yaml(text, shown, tolerated)


def is_json(path: Path, text: str) -> bool:
    """Whether a file is read as JSON: by its ending, else by how it begins."""
    ending = path.suffix.lower()
    return ending == ".json" or (ending not in (".yaml", ".yml") and text.lstrip()[:1] == "{")


def _parse_json(text: str, shown: str, tolerated: Tolerated | None) -> Any:
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        if tolerated is not None and "infinity" in error.msg:
            return _without_large(text, shown, tolerated)
        _refuse_deep_json(text, shown)  # orjson gives up on it too, in other words
        at = Place(shown, error.lineno, error.colno)
        raise _unreadable(at, f"This is not JSON: {error.msg}.") from None
    if not _is_sound(data, text):
        _refuse_deep_json(text, shown)
        for key, offset in _second_keys(text):
            place = place_at(text, offset, shown)
            if tolerated is None:
                raise _unreadable(place, f"The key {key!r} stands here twice.")
            tolerated.twice.append((place, key))
    return data


def _without_large(text: str, shown: str, tolerated: Tolerated) -> Any:
    """The data of JSON text without the numbers in it that are too large."""
    # Read without them first: what else is wrong is told at its place.
    finite = TOKEN.sub(lambda found: "null".ljust(len(found[0])) if _is_large(found[0]) else found[0], text)
    _parse_json(finite, shown, tolerated)

    def number(token: str) -> Any:
        return math.inf if _is_large(token) else orjson.loads(token)

    return _without_infinite(json.loads(text, parse_float=number, parse_int=number), (), tolerated.infinite)


def _is_large(token: str) -> bool:
    return _NUMBER.fullmatch(token) is not None and math.isinf(float(token))


def _is_sound(data: Any, text: str) -> bool:
    """Whether what was read as JSON surely nests no deeper than it may and had no key twice in an object.

    Written anew it shows both: depth in how far a line is indented, a key that was lost in quotes that are
    fewer than in the text. That takes a fifth of the time of going through the text again.
    """
    try:
        anew = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    except TypeError:
        return False  # more levels than orjson writes
    return _DEEP not in anew and anew.count(b'"') == text.count('"') and "\\u0022" not in text


def _refuse_deep_json(text: str, shown: str) -> None:
    if nests_deeply(text.encode()):
        raise _unreadable(Place(shown), f"This is nested more than {DEEPEST} levels deep.")


def _parse_yaml(text: str, shown: str, tolerated: Tolerated | None) -> Any:
    # What nobody tolerates is our user's own: fixtures and state, whose secrets are not to lie in two places.
    data = kept(text) if tolerated is not None else None
    if data is not None:
        return data
    try:
        reader = Data(text, tolerant=tolerated is not None)
        data = reader.made()
    except yaml.YAMLError as error:
        raise yaml_fault(error, text, shown) from None
    if tolerated is None:
        return data
    for found, marks in ((tolerated.twice, reader.twice), (tolerated.left_out, reader.left_out)):
        found += [(Place(shown, mark.line + 1, mark.column + 1), word) for mark, word in marks]
    if reader.holds_infinite:
        return _without_infinite(data, (), tolerated.infinite)
    if not (reader.twice or reader.left_out):
        keep(text, data)
    return data


def yaml_fault(error: yaml.YAMLError, text: str, shown: str) -> SetupError:
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        strange = yaml.reader.Reader.NON_PRINTABLE.search(text)
        return _unreadable(
            place_at(text, strange.start() if strange else 0, shown), f"This is not YAML: {problem}."
        )
    before = text.lstrip("\ufeff")[mark.index - mark.column : mark.index + 1]
    mend = "Indent with spaces, not with tabs." if "\t" in before and before.isspace() else ""
    return _unreadable(Place(shown, mark.line + 1, mark.column + 1), f"This is not YAML: {problem}.", mend)


def _without_infinite(value: Any, pointer: _Pointer, found: list[_Pointer]) -> Any:
    """The value without infinite numbers, whose pointers `found` takes; None for such a number itself."""
    pairs: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        pairs = list(value.items())
    elif isinstance(value, list):
        pairs = reversed(list(enumerate(value)))
    elif value == math.inf:
        found.append(pointer)
        return None
    for key, below in pairs:
        if below == math.inf:
            found.append((*pointer, key))
            del value[key]
        else:
            _without_infinite(below, (*pointer, key), found)
    return value


def _unreadable(place: Place, message: str, mend: str = "") -> SetupError:
    return SetupError([Finding(place, message, mend, "syntax")])


def read(path: Path, shown: str, tolerated: Tolerated | None = None) -> tuple[Any, str]:
    """A file's data and its text; `tolerated` as in `parse`. Raises SetupError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(Place(shown), "This file is not UTF-8 text.") from None
    except OSError as error:
        raise _unreadable(Place(shown), f"Cannot read this file: {reason(error)}.") from None
    return parse(path, text, shown, tolerated), text


_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def _second_keys(text: str) -> list[tuple[str, int]]:
    """The keys of a JSON text that stand twice in their objects, and where they stand again."""
    doubled = False

    def look(pairs: list[tuple[str, Any]]) -> None:
        nonlocal doubled
        doubled = doubled or len({key for key, _ in pairs}) != len(pairs)

    json.loads(text, object_pairs_hook=look)
    found: list[tuple[str, int]] = []
    if doubled:
        at_once(json_spots(text, lambda key, offset: found.append((key, offset))))
    return found
