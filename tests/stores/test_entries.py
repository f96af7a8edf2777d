"""Entries of a journal come back as they were, but for the state before them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from mockade.catalogue.redaction import Redaction
from mockade.contract.violations import ABSENT, Violation
from mockade.control.exchanges import ExchangeSerializer
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from mockade.stores.entries import RecordedSource, decode_entry, encode_entry
from mockade.worlds.journal import Exchange
from tests.harness import Mock

TEXTS = some.text(some.characters(), max_size=6)
PAIRS = some.lists(some.tuples(some.binary(max_size=4), some.binary(max_size=4)), max_size=3)
ROWS = some.none() | some.builds(
    Stored, some.tuples(some.integers(0), TEXTS), some.binary(max_size=4), some.binary(max_size=4)
)
VALUES = some.sampled_from([ABSENT, None, True, 1, 1.5, "x", 2**70])
VIOLATIONS = some.builds(
    Violation,
    where=some.sampled_from(["body", "query"]),
    path=some.lists(TEXTS | some.integers(0, 9)).map(tuple),
    rule=TEXTS,
    message=TEXTS,
    expected=some.sampled_from([None, 5, ["a", 2**70], {"a": 1.0}]),
    value=VALUES,
    source=some.none(),
    notice=some.booleans(),
)
EXCHANGES = some.builds(
    Exchange,
    method=some.sampled_from(["GET", ""]),
    path=TEXTS,
    world=TEXTS,
    id=some.integers(0),
    query=TEXTS,
    began=some.floats(allow_nan=False),
    took=some.floats(allow_nan=False),
    api=TEXTS,
    operation=TEXTS,
    caller=TEXTS,
    status=some.integers(0, 599),
    answered_by=some.sampled_from(["handler", "engine", ""]),
    reason=TEXTS,
    traceback=TEXTS,
    violations=some.lists(VIOLATIONS, max_size=2),
    notices=some.lists(VIOLATIONS, max_size=2),
    changes=some.lists(some.builds(Change, TEXTS, TEXTS, TEXTS, ROWS, ROWS), max_size=3),
    request_headers=PAIRS,
    request_body=some.none() | some.binary(max_size=4),
    response_headers=PAIRS,
    response_body=some.binary(max_size=4),
    before=some.none(),
    weight=some.integers(0),
)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(EXCHANGES)
def test_an_exchange_comes_back_as_it_was(exchange: Exchange) -> None:
    back = decode_entry(encode_entry(exchange))
    assert back == exchange
    assert all(
        (one.value is ABSENT) == (other.value is ABSENT)
        for one, other in zip(back.violations, exchange.violations, strict=True)
    )
    assert encode_entry(back) == encode_entry(exchange)


def entries(mock: Mock) -> Sequence[Exchange]:
    return list(mock.world.journal)


def test_what_the_control_api_says_of_an_entry_stays_the_same(make_mock: Callable[..., Mock]) -> None:
    mock = make_mock("rallyhere", "playcamp")
    made = mock.post("/session/v1/session", token="ada", json={"type": 5, "region_id": None, "x": [1]})
    assert made.status_code == 422
    mock.get("/session/v1/session/none?x=1", token="ada")
    mock.post("/_mockade/v1/faults", json={"match": {"nth": 1}, "do": {"status": 503}})
    mock.get("/session/v1/session/none", token="nobody")
    serializer = ExchangeSerializer(mock.apis, Redaction())
    found = entries(mock)
    assert any(one.violations for one in found)
    for exchange in found:
        back = decode_entry(encode_entry(exchange))
        assert serializer.full(back) == serializer.full(exchange)
        assert replace(back, violations=(), notices=(), before=exchange.before) == replace(
            exchange, violations=(), notices=(), **lists(exchange)
        )
        for violation in back.violations:
            assert isinstance(violation.source, RecordedSource)
            assert violation.beside("format") is None


def lists(exchange: Exchange) -> dict[str, Any]:
    """What comes back as lists."""
    names = ("changes", "request_headers", "response_headers")
    return {name: [*map(tuple, getattr(exchange, name))] for name in names}


def test_a_value_that_json_does_not_have_is_its_text() -> None:
    odd = Violation("body", (), "type", "No.", expected=frozenset("a"), value=b"x")
    (back,) = decode_entry(encode_entry(Exchange("GET", "/", "w", violations=[odd]))).violations
    assert (back.expected, back.value) == ("frozenset({'a'})", "b'x'")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "This is not an entry of a journal"),
        (b"C\x01rest", "This is not an entry of a journal"),
        (b"E\x01", "has no content"),
        (b"E\x02", "format 2"),
        (encode_entry(Exchange("GET", "/", "w"))[:-1], "damaged"),
    ],
)
def test_what_is_no_entry_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        decode_entry(data)
