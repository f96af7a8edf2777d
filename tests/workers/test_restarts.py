"""When a worker that died is started again."""

from __future__ import annotations

import signal
import sys

import pytest

from mockade.workers.restarts import BAD_SETUP, DELAYS, HEALTHY, LONGEST, Restarts, manner

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")

KILLED = -9
"""By SIGKILL, which Windows has not."""


def test_failures_in_a_row_wait_longer_and_are_given_up() -> None:
    restarts = Restarts()
    assert [restarts.delay(3, None, others_serve=True) for _ in DELAYS] == list(DELAYS)
    assert list(DELAYS) == sorted(DELAYS)
    assert restarts.delay(3, 0.1, others_serve=True) is None
    assert restarts.failures == len(DELAYS) + 1


def test_what_is_to_be_mended_is_waited_for_as_long_as_others_serve() -> None:
    restarts = Restarts()
    found = [restarts.delay(BAD_SETUP, None, others_serve=True) for _ in range(20)]
    assert found == [*DELAYS, *[LONGEST] * (20 - len(DELAYS))]
    assert restarts.delay(BAD_SETUP, None, others_serve=False) is None


@pytest.mark.parametrize(
    ("code", "served"),
    [
        (0, 0.1),
        (-signal.SIGTERM, None),
        (-signal.SIGINT, 0.1),
        (KILLED, 0.1),
        (-signal.SIGSEGV, HEALTHY),
    ],
)
def test_who_was_told_to_end_or_served_for_a_while_did_not_fail(code: int, served: float | None) -> None:
    restarts = Restarts()
    for _ in range(20):
        assert restarts.delay(code, served, others_serve=False) == 0
    restarts.delay(3, 0.1, others_serve=False)
    assert restarts.failures == 1
    restarts.delay(code, served, others_serve=False)
    assert restarts.failures == 0, "a row ends with it"


@pytest.mark.parametrize(
    ("code", "served"), [(0x7F, 0.1), (-signal.SIGSEGV, 0.1), (KILLED, None), (3, HEALTHY - 1)]
)
def test_others_failed(code: int, served: float | None) -> None:
    restarts = Restarts()
    restarts.delay(code, served, others_serve=True)
    assert restarts.failures == 1


def test_the_manner_of_a_death_is_told_in_words() -> None:
    assert manner(3) == "ended with exit code 3"
    assert manner(KILLED) == "was killed by SIGKILL"
    assert manner(-63) == "was killed by signal 63"
