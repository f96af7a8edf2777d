"""The journal keeps what happened, within bounds."""

from __future__ import annotations

from mockade.contract.violations import Violation
from mockade.settings import CAPACITY
from mockade.state.rows import Stored
from mockade.state.transaction import Change
from mockade.worlds.journal import BUDGET, Exchange, Journal


def exchange(**facts: object) -> Exchange:
    return Exchange("GET", "/x", "default", **facts)  # type: ignore[arg-type]


def test_the_oldest_are_forgotten_first() -> None:
    journal = Journal()
    for n in range(CAPACITY + 5):
        journal.append(exchange(status=n))
    assert len(journal.exchanges) == CAPACITY
    assert next(iter(journal)).status == 5


def test_large_changes_leave_room_for_fewer() -> None:
    journal = Journal()
    row = Stored((0, "k"), b"x" * 1_000_000, b"")
    for _ in range(100):
        journal.append(exchange(changes=[Change("a", "c", "k", None, row)]))
    assert journal.bytes <= BUDGET
    assert len(journal) == BUDGET // journal.exchanges[0].size()


def test_a_large_value_is_not_held_on_to() -> None:
    journal = Journal()
    violation = Violation("body", ("a",), "type", "Expected a string.", value=["x" * 1000] * 1000)
    journal.append(exchange(violations=[violation]))
    (kept,) = journal.exchanges[0].violations
    assert len(kept.value) < 300
    assert (kept.path, kept.message) == (violation.path, violation.message)
