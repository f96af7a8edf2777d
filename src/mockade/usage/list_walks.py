"""How a client goes through a list: whether it comes to an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockade.contract.violations import Violation
from mockade.usage.calls import UsedCall, notice
from mockade.usage.operation_facts import OperationFacts
from mockade.usage.repetition import AT_ONCE, TOLERATED

_LONGEST_EMPTY = 4096
"""Bytes of an answer that may be a page without rows."""

_LONGEST_NUMBER = 19
"""Digits that the number of a page or row has at most."""

_MOST_PAGES = 1000
"""Pages of one way through a list that are remembered."""


def lost(call: UsedCall, last: UsedCall | None) -> Iterator[Violation]:
    """The same page comes time and again, or one behind a page that was empty already.

    A way through a list begins with a request that names no page, or the first; it is over when something
    else is asked, or nothing for a second. Several may be gone at once with one credential: a page may come
    once more for each.
    """
    if call.exchange.status != 200:
        return
    position = _position(call)
    call.list = _list_of(call)
    pages: dict[str, int] = {}
    empty_before: int | None = None
    if last is not None and last.list == call.list and call.follows(last) < AT_ONCE:
        pages, empty_before, call.ways = last.pages or {}, last.empty_page, last.ways
    call.pages = pages
    if position is None:
        call.ways += 1
        return
    name, text = position
    query = call.exchange.query
    most = TOLERATED + max(call.ways - 1, 0)
    if len(pages) < _MOST_PAGES:
        pages[query] = pages.get(query, 0) + 1
    source = _source(call.facts, name)
    number = _number(text) if name in call.facts.numbers else None
    times = pages.get(query, 0)
    if number is None and times <= most:
        return
    body = call.exchange.response_body
    is_empty = (times > most or len(body) < _LONGEST_EMPTY) and _is_empty(body)
    call.empty_page = number if is_empty else None
    if times > most and not is_empty:
        message = (
            f"This page came {times} times on one way through the list. Go on with what the last answer "
            "names as the next page, and end where it names none."
        )
        yield notice("paging", (name,), message, source, "query")
    elif number is not None and empty_before is not None and is_empty and number > empty_before:
        message = (
            f"{name}={empty_before} was empty already, and {name}={number} is too: end at an empty page."
        )
        yield notice("paging", (name,), message, source, "query")


def _position(call: UsedCall) -> tuple[str, str] | None:
    """The parameter that names a page behind the first, and its value; None where a way begins."""
    facts = call.facts
    for name, text in parse_qsl(call.exchange.query):
        if name in facts.cursors and text:
            return name, text
        if name in facts.numbers:
            number = _number(text)
            if number is not None and number > facts.numbers[name]:
                return name, text
    return None


def _number(text: str) -> int | None:
    """The number of a page or row; None where it is none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < _LONGEST_NUMBER else None


def _list_of(call: UsedCall) -> tuple[object, ...]:
    """What the pages of one list have in common: the path, and what the query says besides the page."""
    facts = call.facts
    fields = parse_qsl(call.exchange.query)
    return (
        call.exchange.path,
        *(one for one in fields if one[0] not in facts.cursors and one[0] not in facts.numbers),
    )


def _source(facts: OperationFacts, name: str) -> Any:
    found = (one.source for one in facts.operation.parameters if one.where == "query" and one.name == name)
    return next(found, facts.operation.source)


def _is_empty(body: bytes) -> bool:
    """Whether an answer has lists, and nothing is in them."""
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    lists = list(_lists(value, 3))
    return bool(lists) and not any(lists)


def _lists(value: Any, deepest: int) -> Iterator[list[Any]]:
    if isinstance(value, list):
        yield value
    elif isinstance(value, dict) and deepest:
        for member in value.values():
            yield from _lists(member, deepest - 1)
