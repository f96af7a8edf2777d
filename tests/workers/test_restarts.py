"""When a worker that died is started again."""

from __future__ import annotations

import signal

import pytest

from mockade.workers.restarts import DELAYS, HEALTHY, Restarts, manner


def test_failures_in_a_row_wait_longer_and_are_given_up() -> None:
    restarts = Restarts()
    assert [restarts.delay(3, 0.1, was_ready=False) for _ in DELAYS] == list(DELAYS)
    assert list(DELAYS) == sorted(DELAYS)
    assert restarts.delay(3, 0.1, was_ready=True) is None
    assert restarts.failures == len(DELAYS) + 1


@pytest.mark.parametrize(
    ("code", "lived", "was_ready"),
    [
        (0, 0.1, True),
        (-signal.SIGTERM, 0.1, False),
        (-signal.SIGINT, 0.1, True),
        (-signal.SIGKILL, 0.1, True),
        (-signal.SIGSEGV, HEALTHY, True),
    ],
)
def test_who_was_told_to_end_or_served_for_a_while_did_not_fail(
    code: int, lived: float, was_ready: bool
) -> None:
    restarts = Restarts()
    for _ in range(20):
        assert restarts.delay(code, lived, was_ready=was_ready) == 0
    restarts.delay(3, 0.1, was_ready=True)
    assert restarts.failures == 1
    restarts.delay(code, lived, was_ready=was_ready)
    assert restarts.failures == 0, "a row ends with it"


@pytest.mark.parametrize(
    ("code", "was_ready"), [(0x7F, True), (-signal.SIGSEGV, True), (-signal.SIGKILL, False)]
)
def test_others_failed(code: int, was_ready: bool) -> None:
    restarts = Restarts()
    restarts.delay(code, 0.1, was_ready=was_ready)
    assert restarts.failures == 1


def test_the_manner_of_a_death_is_told_in_words() -> None:
    assert manner(3) == "ended with exit code 3"
    assert manner(-9) == "was killed by SIGKILL"
    assert manner(-63) == "was killed by signal 63"
