"""Entries of a journal as bytes, for those who read it in another process.

They hold what the exchange had, secrets too: these are left out where an entry is shown, as for any other.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

from mockade.contract.document import Source
from mockade.contract.violations import ABSENT, Violation
from mockade.errors import Place
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from mockade.stores.forms import headers_form, headers_of, number_form, number_of
from mockade.stores.frames import Format, frame, frames
from mockade.worlds.journal import Exchange

ENTRY = Format("an entry of a journal", b"E")


_NAMES = (
    *("method", "path", "query", "world", "id", "api", "operation", "caller"),
    *("status", "answered_by", "reason", "traceback", "weight"),
)
"""What JSON has as it is."""

_facts_of = attrgetter(*_NAMES)


class RecordedSource(Source):
    """Words of a contract of which only the place was kept: there is no document to go on in."""

    __slots__ = ()

    def place(self) -> Place:
        file, line, column = self.pointer
        return Place(str(file), int(line), int(column))


class _NoDocument:
    def value_at(self, _source: Source) -> None:
        return None


_NO_DOCUMENT: Any = _NoDocument()


def encode_entry(exchange: Exchange) -> bytes:
    """All of an exchange but the state before it. What violations hold on to is kept as the journal does."""
    pieces: list[bytes] = []
    request_headers, parts = headers_form(exchange.request_headers)
    pieces += parts
    response_headers, parts = headers_form(exchange.response_headers)
    pieces += parts
    request, response = exchange.request_body, exchange.response_body
    pieces += (request or b"", response)
    outline = [
        _facts_of(exchange),
        number_form(exchange.began),
        number_form(exchange.took),
        request_headers,
        response_headers,
        None if request is None else len(request),
        len(response),
        [_violation_form(one) for one in exchange.violations],
        [_violation_form(one) for one in exchange.notices],
        [_change_form(one, pieces) for one in exchange.changes],
    ]
    return ENTRY.mark + frame(outline, pieces)


def decode_entry(data: bytes) -> Exchange:
    """The exchange that was encoded; its `before` is None, and the sources of its violations are only places.

    Raises ValueError, with a sentence, for data that is no entry, or damaged.
    """
    for whole in frames(ENTRY, data):
        try:
            return _exchange(whole.outline, data, whole.at)
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise ValueError(
                f"This entry of a journal cannot be read ({type(error).__name__}: {error}): another version "
                "of Mockade wrote it. Let all processes that share a store be of one version."
            ) from error
    raise ValueError("This entry of a journal has no content: it was not written whole. Reset the journal.")


def _exchange(outline: Sequence[Any], data: bytes, at: int) -> Exchange:
    facts, began, took, request_lengths, response_lengths, request_size, response_size, *lists = outline
    violations, notices, changes = lists
    request_headers, at = headers_of(request_lengths, data, at)
    response_headers, at = headers_of(response_lengths, data, at)
    middle = at + (request_size or 0)
    end = middle + response_size
    return Exchange(
        **dict(zip(_NAMES, facts, strict=True)),
        began=number_of(began),
        took=number_of(took),
        violations=[_violation_of(*one) for one in violations],
        notices=[_violation_of(*one) for one in notices],
        changes=_changes_of(changes, data, end),
        request_headers=request_headers,
        request_body=None if request_size is None else data[at:middle],
        response_headers=response_headers,
        response_body=data[middle:end],
    )


def _violation_form(violation: Violation) -> list[Any]:
    where, path, rule, message, expected, value, source, notice = violation.brief()
    values = [_json(expected)] if value is ABSENT else [_json(expected), _json(value)]
    return [where, path, rule, message, notice, _place_form(source) if source is not None else None, values]


def _violation_of(
    where: Any,
    path: Sequence[str | int],
    rule: str,
    message: str,
    notice: bool,
    place: tuple[str, int, int] | None,
    values: Sequence[Any],
) -> Violation:
    source = RecordedSource(_NO_DOCUMENT, "", tuple(place)) if place is not None else None
    expected, value = values if len(values) > 1 else (values[0], ABSENT)
    return Violation(where, tuple(path), rule, message, expected, value, source, notice)


def _json(value: Any) -> Any:
    """A value as JSON has it; as text what JSON has not: it is shown and not reckoned with."""
    if value is None or isinstance(value, str | int):
        return value
    try:
        json.dumps(value, allow_nan=False)
    except (TypeError, ValueError):
        return str(value)
    return value


def _place_form(source: Source) -> tuple[str, int, int]:
    file, line, column = source.place()
    return file, line, column


def _change_form(change: Change, pieces: list[bytes]) -> list[Any]:
    return [*change[:3], _row_form(change.was, pieces), _row_form(change.became, pieces)]


def _row_form(stored: Stored | None, pieces: list[bytes]) -> list[Any] | None:
    if stored is None:
        return None
    (birth, key), values, beside = stored
    pieces += (values, beside)
    return [birth, key, len(values), len(beside)]


def _changes_of(forms: Sequence[Any], data: bytes, at: int) -> list[Change]:
    changes = []
    for api, collection, key, *rows in forms:
        found: list[Stored | None] = []
        for row in rows:
            if row is None:
                found.append(None)
                continue
            birth, name, size, size_beside = row
            middle = at + size
            end = middle + size_beside
            found.append(Stored((birth, name), data[at:middle], data[middle:end]))
            at = end
        changes.append(Change(api, collection, key, *found))
    return changes
