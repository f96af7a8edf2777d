"""The timeline: events by time, and always what a plain dict would say."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mockade.state.timeline import Event, Timeline

KEYS = st.sampled_from("abcdef")


def event(key: str, action: str = "end") -> Event:
    return Event("shop", action, key)


def drained(timeline: Timeline) -> list[tuple[float, str]]:
    found = []
    while (due := timeline.next()) is not None:
        found.append((due[0], due[1].key))
        timeline = timeline.cancel(due[1])
    return found


def test_events_are_due_by_time_and_then_in_the_order_they_were_set() -> None:
    timeline = Timeline()
    for key, at in (("late", 9.0), ("b", 5.0), ("a", 5.0), ("early", 1.0)):
        timeline = timeline.set(event(key), at)
    assert drained(timeline) == [(1.0, "early"), (5.0, "b"), (5.0, "a"), (9.0, "late")]


def test_setting_an_event_again_moves_it() -> None:
    timeline = Timeline().set(event("a"), 5.0).set(event("b"), 5.0).set(event("a"), 5.0)
    assert drained(timeline) == [(5.0, "b"), (5.0, "a")]
    assert drained(timeline.set(event("a"), 1.0)) == [(1.0, "a"), (5.0, "b")]
    assert drained(timeline) == [(5.0, "b"), (5.0, "a")], "what was there before stays"


def test_cancelling_what_was_never_set_changes_nothing() -> None:
    timeline = Timeline().set(event("a"), 5.0)
    assert timeline.cancel(event("b")) is timeline
    assert timeline.cancel(event("a", "start")) is timeline
    assert timeline.cancel(event("a")).next() is None


class TimelineMachine(RuleBasedStateMachine):
    """A timeline beside a plain dict of what is due when."""

    def __init__(self) -> None:
        super().__init__()
        self.timeline = Timeline()
        self.plain: dict[Event, tuple[float, int]] = {}
        self.number = 0

    @rule(key=KEYS, at=st.integers(0, 5))
    def set(self, key: str, at: int) -> None:
        self.timeline = self.timeline.set(event(key), float(at))
        self.number += 1
        self.plain[event(key)] = (float(at), self.number)

    @rule(key=KEYS)
    def cancel(self, key: str) -> None:
        self.timeline = self.timeline.cancel(event(key))
        self.plain.pop(event(key), None)

    @precondition(lambda self: self.plain)
    @rule()
    def happen(self) -> None:
        due = self.timeline.next()
        assert due is not None
        self.timeline = self.timeline.cancel(due[1])
        del self.plain[due[1]]

    @invariant()
    def the_next_is_the_earliest(self) -> None:
        in_order = sorted(self.plain, key=lambda one: self.plain[one])
        expected = (self.plain[in_order[0]][0], in_order[0]) if in_order else None
        assert self.timeline.next() == expected
        assert self.timeline.due.size == len(self.plain)


TestTimeline = TimelineMachine.TestCase
TestTimeline.settings = settings(max_examples=30, stateful_step_count=20, deadline=None, derandomize=True)
