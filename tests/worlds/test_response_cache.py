"""A world's cache holds the answers of one state, and no more bytes than it may."""

from __future__ import annotations

import pytest

from mockade.state.clock import Clock
from mockade.state.state import State
from mockade.worlds import response_cache
from mockade.worlds.response_cache import CachedResponse, ResponseCache

STATE = State(Clock.frozen(0.0))


def _response(size: int = 10) -> CachedResponse:
    return CachedResponse((200, b"x" * size, "text/plain", []), "shop", "list", "", "shape", (), 1.0)


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch) -> ResponseCache:
    monkeypatch.setattr(response_cache, "MOST_BYTES", 10_000)
    monkeypatch.setattr(response_cache, "LARGEST", 5_000)
    return ResponseCache()


def test_an_equal_state_is_another_state(cache: ResponseCache) -> None:
    cache.keep(STATE, ("GET", "/a"), _response())
    other = State(STATE.clock)
    assert other == STATE
    assert cache.find(STATE, ("GET", "/a"))
    assert cache.find(other, ("GET", "/a")) is None


def test_what_is_kept_in_another_state_drops_the_rest(cache: ResponseCache) -> None:
    cache.keep(STATE, ("GET", "/a"), _response())
    cache.keep(State(STATE.clock), ("GET", "/b"), _response())
    assert cache.find(STATE, ("GET", "/a")) is None


def test_the_oldest_answers_give_way(cache: ResponseCache) -> None:
    for number in range(20):
        cache.keep(STATE, (number,), _response())
    kept = [number for number in range(20) if cache.find(STATE, (number,))]
    assert kept == [16, 17, 18, 19], "each takes 2,048 bytes and its body"


def test_an_answer_that_is_given_anew_takes_the_place_of_the_old_one(cache: ResponseCache) -> None:
    for size in (10, 20, 30, 40, 50, 60):
        cache.keep(STATE, ("GET", "/a"), _response(size))
        cache.keep(STATE, ("GET", "/b"), _response(size))
    found = cache.find(STATE, ("GET", "/a"))
    assert found is not None
    assert len(found[0].response[1]) == 60


def test_a_long_answer_is_not_kept_and_costs_no_other_its_place(cache: ResponseCache) -> None:
    cache.keep(STATE, ("GET", "/a"), _response())
    cache.keep(STATE, ("GET", "/long"), _response(5_000))
    assert cache.find(STATE, ("GET", "/long")) is None
    assert cache.find(STATE, ("GET", "/a"))
