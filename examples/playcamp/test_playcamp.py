"""The client's suite: `mockade exec playcamp -- pytest examples/playcamp`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playcamp import Payment, PlayCamp, PlayCampError

NOON = datetime(2026, 1, 5, 12, tzinfo=UTC)
FIVE = [Payment(f"order-{number}", "user-42", "gems-100", 9.99, "USD") for number in range(5)]


@pytest.fixture
def playcamp(world: Any) -> Iterator[PlayCamp]:
    with PlayCamp(world.url("playcamp"), "ak_server_demo:secret") as client:
        yield client


def test_all_payments_are_found_page_by_page(playcamp: PlayCamp) -> None:
    for payment in FIVE:
        assert playcamp.pay(payment, NOON)
    assert {one.transaction for one in playcamp.payments("user-42", page_size=2)} >= {
        one.transaction for one in FIVE
    }


def test_a_transaction_is_registered_once(playcamp: PlayCamp) -> None:
    assert [playcamp.pay(FIVE[0], NOON) for _ in range(2)] == [True, False]


def test_a_match_counts_once(playcamp: PlayCamp) -> None:
    match = ("match-7", "user-42", NOON - timedelta(minutes=30), timedelta(minutes=30))
    assert [playcamp.record_playtime(*match) for _ in range(2)] == [True, False]


def test_a_key_that_there_is_not_is_refused(world: Any) -> None:
    with PlayCamp(world.url("playcamp"), "ak_server_demo:wrong") as client:
        with pytest.raises(PlayCampError) as refused:
            client.pay(FIVE[0], NOON)
        assert refused.value.status == 401
