"""What an answer shows: the rows of a list, the thing that was created, and what may be a thing's key."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any
from urllib.parse import unquote, urlsplit

import inflection

from benchmarks.corpus.contracts import is_json
from benchmarks.corpus.encoding import Request
from benchmarks.corpus.paths import Place, form

Row = dict[str, Any]

ITSELF = ""
"""The name of the one property of a row that is no object, but a text or a number."""

_SURE = ("id", "uuid", "guid", "sid", "gid")
_NATURAL = ("login", "username", "slug")
"""By what a path calls a thing that has a number as its id, where the path's parameter speaks of no id."""
_LIKELY = ("key", "slug", "code", "name", "number", "token", "pk")
LISTS = (
    "data",
    "items",
    "results",
    "result",
    "value",
    "values",
    "records",
    "entries",
    "rows",
    "list",
    "content",
)
_BESIDE = ("errors", "warnings", "messages", "notices", "links", "included")
"""Lists that say something of an answer, or of its rows."""

ATTRIBUTES = "attributes"
"""Where JSON:API keeps what is neither type nor id."""

_DETAILS = ("metadata", "info")
"""Objects in which a thing may keep its key, as Kubernetes does."""

_DEPTH = 3
_UUID = "6f1d2a9e-3d47-4f60-9b1e-0d4a5c7e8f21"


def words(name: str) -> list[str]:
    """`petId`, `pet_id`, `pet-id`: pet, id."""
    parted = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return re.findall("[a-z0-9]+", parted.lower())


def plain(name: str) -> str:
    return "".join(words(name))


def singular(noun: str) -> str:
    return inflection.singularize(plain(noun))


def own_names(parameter: str, noun: str) -> list[str]:
    """How a thing's key is called that a path has as `parameter`: so, by its last word, or with its noun.

    A critical illness policy may have a `policyId`.
    """
    last, parts = (words(parameter) or [""])[-1], words(noun)
    nouns = ["".join(parts[at:]) for at in range(len(parts))]
    with_noun = [f"{one}{end}" for name in nouns for one in (singular(name), name) for end in (last, "id")]
    return list(dict.fromkeys([plain(parameter), last, *with_noun]))


def keys(row: Row, parameter: str, noun: str, *, sure: bool = False) -> Iterator[tuple[str, Any]]:
    """Property and value of what may be the row's key, the likeliest first; `sure` leaves out mere names."""
    if ITSELF in row:
        yield ITSELF, row[ITSELF]
    called = {plain(name): name for name in reversed(row)}
    has_text = any(isinstance(row[called[one]], str) for one in _SURE if one in called)
    natural = _NATURAL if not has_text and not {"id", *_SURE} & set(words(parameter)) else ()
    longer = [name for name in called if len(words(parameter)) > 1 and name.endswith(plain(parameter))]
    more = longer if len(longer) == 1 else ()  # `receipt_rule_id` of a `{rule_id}`
    wanted_names = [*own_names(parameter, noun), *more, *natural, *_SURE, *(() if sure else _LIKELY)]
    for wanted in dict.fromkeys(wanted_names):
        name = called.get(wanted)
        if name is not None and is_key(row[name]):
            yield name, row[name]


def is_key(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def other_keys(key: Any) -> Iterator[Any]:
    """Keys of the same kind that nobody gave."""
    if isinstance(key, int):
        yield from (key + 7919, key + 1, key - 1)
        return
    yield _UUID
    if key.isdecimal():
        yield str(int(key) + 7919)
    yield from (f"{key}-other", f"{key}x", f"{key[:-1]}{'y' if key.endswith('x') else 'x'}")


def rows(answer: Any, noun: str) -> list[Row] | None:
    """The rows of a list, in whatever it is wrapped; None where the answer shows no list."""
    nouns = {plain(noun), singular(noun)}
    telling = {*nouns, *LISTS, ITSELF, f"{singular(noun)}ids"}
    found = [one for one in _lists(answer) if one[0] in telling or _may_be_rows(*one)]
    if not found:
        return None
    if isinstance(answer, dict) and _has_id(answer) and not any(name in telling for name, _ in found):
        return None  # a thing that has lists of its own

    def rank(one: tuple[str, list[Any]]) -> tuple[bool, bool, bool]:
        name, items = one
        return name not in nouns, name not in LISTS, not (items and isinstance(items[0], dict))

    return [_row(item, nouns) for item in min(found, key=rank)[1]]


def _may_be_rows(name: str, items: list[Any]) -> bool:
    """Whether a list that is not called as rows are may be one: texts are something that a thing has."""
    return name not in _BESIDE and (not items or isinstance(items[0], dict))


def _lists(answer: Any) -> list[tuple[str, list[Any]]]:
    """The lists of an answer by name, the outermost first."""
    found: list[tuple[str, list[Any]]] = []
    level: list[tuple[str, Any]] = [(ITSELF, answer)]
    for _ in range(_DEPTH):
        found += [one for one in level if isinstance(one[1], list)]
        level = [
            (plain(name), value) for _, one in level if isinstance(one, dict) for name, value in one.items()
        ]
    return found


def _row(item: Any, nouns: Iterable[str]) -> Row:
    if not isinstance(item, dict):
        return {ITSELF: item}
    inner = next((one for name, one in item.items() if plain(name) in nouns and isinstance(one, dict)), None)
    return inner if inner is not None and not _has_id(item) else item


def _has_id(value: Row) -> bool:
    return any(plain(name) == "id" for name in value)


def thing(answer: Any, parameter: str, noun: str) -> Row:
    """The one thing that an answer is about, in whatever it is wrapped; empty where there is none."""
    levels = [[answer]]
    for _ in range(_DEPTH):
        levels.append([below for one in levels[-1] for below in _below(one, noun)])
    for sure in (True, False):
        for one in chain.from_iterable(levels):
            if isinstance(one, dict) and next(keys(one, parameter, noun, sure=sure), None) is not None:
                return one
    return answer if isinstance(answer, dict) else {ITSELF: answer} if is_key(answer) else {}


def created(
    headers: Mapping[str, str], answer: Any, request: Request, place: Place, *, sure: bool = False
) -> Iterator[Row]:
    """What may be the thing that a create made: as `Location`, the answer or what was sent have it.

    `sure` leaves out what was sent with a mere name.
    """
    *_, before, last = ["", *urlsplit(headers.get("location", "")).path.rstrip("/").split("/")]
    if last and form(before) == form(place.base.rpartition("/")[2]):
        yield {ITSELF: unquote(last.removesuffix(".json"))}
    sent = None
    if is_json(request.headers.get("content-type", "text/plain")):
        sent = json.loads(request.body)
    for one, is_sure in ((answer, False), (sent, sure)):
        row = thing(one, place.name, place.noun)
        if next(keys(row, place.name, place.noun, sure=is_sure), None) is not None:
            yield row


def part_keys(row: Row, place: Place) -> Iterator[Any]:
    """What of a row may be one of several parts of its key: `owner.name` is `{owner_name}` and `{owner}`."""
    parts = words(place.name)
    called = {plain(name): value for name, value in row.items() if isinstance(value, dict)}
    for at in range(len(parts), 0, -1):
        holder = called.get("".join(parts[:at]), {})
        yield from (value for _, value in keys(holder, "_".join(parts[at:]) or "id", place.noun))
    yield from (value for _, value in keys(row, place.name, place.noun))


def fields(row: Row) -> Row:
    """The properties of a row that a client writes: all, or those that JSON:API keeps apart."""
    inner = row.get(ATTRIBUTES)
    return inner if isinstance(inner, dict) else row


def way_to(own: Row, answer: Any) -> tuple[str, ...] | None:
    """The names that lead to a thing's fields in the answer that shows it; None where they do not."""
    ways: list[tuple[tuple[str, ...], Any]] = [((), answer)]
    for way, value in ways:
        if value is own:
            return way
        if isinstance(value, dict) and len(way) < _DEPTH:
            ways += [((*way, name), one) for name, one in value.items()]
    return None


def _below(value: Any, noun: str) -> list[Any]:
    """What an answer has below itself; of a thing's properties first the one that is called so.

    Then come its details, but beside what an answer is about (`{data, metadata}`).
    """
    if isinstance(value, list):
        return value[:1]
    if not isinstance(value, dict):
        return []
    named = {plain(noun), singular(noun)}
    inner = [(name, one) for name, one in value.items() if isinstance(one, dict | list)]
    details = () if any(plain(name) in LISTS for name, _ in inner) else _DETAILS
    ranked = sorted(inner, key=lambda one: (plain(one[0]) not in named, one[0] not in details))
    return [one for _, one in ranked]
