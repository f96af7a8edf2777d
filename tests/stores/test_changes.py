"""What changed in a world makes, applied to the same moment, exactly the later one.

Holds `stores/change_writer.py`, `stores/change_reader.py` and `stores/forms.py` too.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, given, settings

from mockade.state import hash_trie, sorted_sequence
from mockade.state.caller import Caller
from mockade.state.clock import Clock
from mockade.state.kept_replies import KeptReply
from mockade.state.state import State
from mockade.state.timeline import Event
from mockade.state.transaction import Transaction
from mockade.stores import change_writer
from mockade.stores.change_writer import CHANGE, MOST_IN_A_FRAME
from mockade.stores.changes import apply, apply_in_slices, encode, encode_in_slices
from mockade.stores.frames import frame
from mockade.worlds.contents import Contents
from mockade.worlds.fault_match import Match
from mockade.worlds.faults import FaultAction, Faults
from mockade.worlds.slices import Slices
from tests.state.widgets import WIDGETS, widget
from tests.stores.worlds import COMMITS, after, collection_of, empty, laid_open

T = TypeVar("T")


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small nodes and small frames, so that a short test goes over many."""
    monkeypatch.setattr(hash_trie, "LEAF_SIZE", 2)
    monkeypatch.setattr(sorted_sequence, "FANOUT", 3)
    monkeypatch.setattr(change_writer, "MOST_IN_A_FRAME", 3)
    monkeypatch.setattr(change_writer, "_FAR", 1)
    monkeypatch.setattr(change_writer, "_LOOKED_AT", 2)
    monkeypatch.setattr(change_writer, "FEW_PERMISSIONS", 4)


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("knows_baseline", [True, False])
def test_a_chain_of_changes_makes_the_same_world(knows_baseline: bool) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(COMMITS)
    def held(commits: list[list[tuple[Any, ...]]]) -> None:
        world = empty()
        baseline = after(world, ("put", "widgets", "a", "red", ["x"]), world.state).state
        known = baseline if knows_baseline else None
        other = apply(empty(), encode(empty(), world._replace(state=baseline)), collection_of)
        world = world._replace(state=baseline)
        others = other.state if knows_baseline else None
        for commit in commits:
            before = world
            for step in commit:
                world = after(world, step, baseline)
            other = apply(other, encode(before, world, known), collection_of, others)
            assert other == world
            assert laid_open(other) == laid_open(world)
            assert laid_open(apply(world, encode(world, before, known), collection_of, known)) == laid_open(
                before
            )
        whole = apply(empty(), encode(empty(), world), collection_of)
        assert laid_open(whole) == laid_open(world)

    held()


def grown(rows: int, contents: Contents | None = None) -> Contents:
    """A world of so many widgets, each with an event to come, on top of another."""
    transaction = Transaction((contents or empty()).state)
    for number in range(rows):
        key = f"w{number}"
        transaction.put("shop", WIDGETS, widget(key, "ada", colour=f"c{number % 50}", tags=["x"]))
        transaction.set_event(Event("shop", "end", key), float(number))
    return (contents or empty())._replace(state=transaction.state)


def with_one_more(contents: Contents) -> Contents:
    """After a call that makes a row, changes one, draws and sets an event."""
    transaction = Transaction(contents.state)
    transaction.put("shop", WIDGETS, widget("new", "bob", colour="red", tags=["y"]))
    transaction.put("shop", WIDGETS, widget("w7", "ada", colour="blue"))
    transaction.draw()
    transaction.set_event(Event("shop", "end", "new"), 5.5)
    return contents._replace(state=transaction.state)


def calls_of(act: Callable[[], object]) -> int:
    """How many functions are called meanwhile."""
    count = 0

    def counting(_frame: object, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(counting)
    try:
        act()
    finally:
        sys.setprofile(before)
    return count


def test_a_change_costs_what_it_changes_however_large_the_world_is() -> None:
    written, read, sizes = [], [], []
    for rows in (100, 10_000):
        before = grown(rows)
        later = with_one_more(before)
        data = encode(before, later)
        sizes.append(len(data))
        written.append(calls_of(lambda before=before, later=later: encode(before, later)))
        read.append(calls_of(lambda before=before, data=data: apply(before, data, collection_of)))
    assert max(sizes) < 700
    assert max(written) < 700
    assert max(read) < 700
    assert max(written) - min(written) < 200, "a level or two of the maps more"


def test_what_is_unchanged_stays_the_same_object() -> None:
    before = grown(20)
    after_all = apply(before, encode(before, before._replace(generated=1)), collection_of)
    assert after_all.state is before.state
    later = apply(before, encode(before, with_one_more(before)), collection_of)
    assert later.state.callers is before.state.callers
    assert later.snapshots is before.snapshots


def test_a_reset_is_a_few_bytes_and_brings_back_the_very_baseline() -> None:
    baseline = grown(5).state
    world = grown(3000, Contents(baseline))
    reset = world._replace(state=baseline)
    data = encode(world, reset, baseline)
    assert len(data) < 60
    assert apply(world, data, collection_of, baseline).state is baseline
    assert laid_open(apply(world, encode(world, reset), collection_of)) == laid_open(reset)
    with pytest.raises(ValueError, match="it needs the baseline of the world, which was not given"):
        apply(world, data, collection_of)


def test_a_snapshot_is_told_by_what_it_shares_with_the_world_or_with_another() -> None:
    world = grown(3000)
    kept = world._replace(snapshots={"one": world.state._replace(taken=5.0)})
    assert len(encode(world, kept)) < 120
    later = with_one_more(kept)
    again = later._replace(snapshots={**later.snapshots, "two": later.state._replace(taken=6.0)})
    assert len(encode(later, again)) < 120
    restored = again._replace(state=again.snapshots["one"]._replace(taken=None))
    assert len(encode(again, restored)) < 300
    emptied = again._replace(state=State(Clock(0, 0), start=world.state.start))
    back = encode(emptied, emptied._replace(state=again.snapshots["two"]._replace(taken=None)))
    assert len(back) < 120
    whole = encode(empty(), again)
    assert len(whole) < 1.1 * len(encode(empty(), world)) + 1000, "the rows once, not three times"
    assert laid_open(apply(empty(), whole, collection_of)) == laid_open(again)


def test_permissions_are_told_once_however_many_callers_have_them() -> None:
    world = empty()
    permissions = frozenset(f"permission-{number}" for number in range(200))
    for number in range(300):
        world = after(world, ("admit", "key", f"s{number}", Caller(f"c{number}", permissions)), world.state)
    data = encode(empty(), world)
    assert len(data) < 300 * 100 + 5000
    other = apply(empty(), data, collection_of)
    assert other == world
    assert len({id(caller.permissions) for caller in other.state.callers.values()}) == 1
    one_more = after(world, ("admit", "key", "more", Caller("m", permissions)), world.state)
    small = encode(world, one_more)
    assert len(small) < 200
    assert apply(other, small, collection_of) == one_more


def slices(work: Slices[T]) -> tuple[int, int, T]:
    """How many slices there are of some work, the most that one of them calls, and what comes of it."""
    count, most = 0, 0
    while True:
        ends: list[T] = []

        def one_slice(ends: list[T] = ends) -> None:
            try:
                next(work)
            except StopIteration as end:
                ends.append(end.value)

        most = max(most, calls_of(one_slice))
        count += 1
        if ends:
            return count, most, ends[0]


def test_a_large_world_is_told_and_made_in_slices() -> None:
    """Of rows, events, callers and kept answers alike."""
    world = grown(3000)
    for number in range(600):
        world = after(
            world, ("admit", "key", f"s{number}", Caller(f"c{number}", facts={"n": number})), world.state
        )
        reply = KeptReply(float(number), "", 200, b"x" * 2000, "", ((b"a", b"b"),))
        world = after(world, ("reply", f"r{number}", reply), world.state)
    written, most_written, data = slices(encode_in_slices(empty(), world))
    read, most_read, made = slices(apply_in_slices(empty(), data, collection_of))
    assert min(written, read) > (2 * 3000 + 600) / MOST_IN_A_FRAME
    assert most_written < 20 * MOST_IN_A_FRAME
    assert most_read < 250 * MOST_IN_A_FRAME
    assert laid_open(made) == laid_open(world)
    assert data == encode(empty(), world)


def test_equal_worlds_that_share_nothing_are_compared_in_slices() -> None:
    one, other = grown(5000), grown(5000)
    count, most, data = slices(encode_in_slices(one, other))
    assert len(data) < 150
    assert count > 2
    assert most < 5 * 5000


def test_the_rows_of_a_collection_that_is_gone_have_no_indexes() -> None:
    world = grown(10)
    made = apply(empty(), encode(empty(), world), lambda _api, _name: None)
    table, whole = made.state.table("shop", "widgets"), world.state.table("shop", "widgets")
    assert (table.rows, table.order, table.births) == (whole.rows, whole.order, whole.births)
    assert table.indexes == {}
    later = apply(world, encode(world, with_one_more(world)), lambda _api, _name: None)
    assert later.state.table("shop", "widgets").indexes == {}
    again = apply(later, encode(with_one_more(world), world), lambda _api, _name: None)
    assert again.state.table("shop", "widgets").rows == whole.rows


def test_what_is_equal_and_not_the_same_is_told() -> None:
    """To Python 1 is True and 1.0; to JSON it is neither."""
    world = empty()
    for value in (1, True, 1.0):
        before = world
        world = after(world, ("admit", "key", "s", Caller("c", facts={"a": value})), world.state)
        faults = Faults().add(Match(body={"/a": value}), FaultAction(status=503))
        world = world._replace(faults=faults, state=world.state._replace(clock=Clock(value, value, value)))
        assert laid_open(apply(before, encode(before, world), collection_of)) == laid_open(world)


def test_another_order_of_snapshots_and_of_rules_is_told() -> None:
    world = grown(2)
    for number in range(3):
        world = after(world, ("fault", Match(nth=number), FaultAction(status=503), None), world.state)
        world = after(world, ("keep", f"s{number}"), world.state)
    turned = world._replace(
        snapshots=dict(reversed(world.snapshots.items())),  # type: ignore[call-overload]  # dicts can
        faults=world.faults._replace(rules=world.faults.rules[::-1]),
    )
    assert laid_open(apply(world, encode(world, turned), collection_of)) == laid_open(turned)
    assert laid_open(apply(empty(), encode(empty(), turned), collection_of)) == laid_open(turned)


def removed(contents: Contents) -> Contents:
    return after(contents, ("remove", "widgets", "w3"), contents.state)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "This is not a change of a world"),
        (b'{"id": 1}', "begins with b'{\"id\": 1' and not with"),
        (b"C\x02...", "in format 2, and this version of Mockade reads format 1"),
        (encode(empty(), grown(3))[:-1], "damaged at byte"),
        (
            encode(grown(5), removed(grown(5))),
            r"does not fit the world that it is put into \(KeyError: 'w3'\)",
        ),
        (CHANGE.mark + frame([["unheard of"]], []), "does not fit the world"),
        (CHANGE.mark + frame([["table", "shop"]], []), "does not fit the world"),
        (CHANGE.mark + frame([["draws", 1, 2]], []), "does not fit the world"),
        (CHANGE.mark + frame({"a": 1}, []), "does not fit the world"),
        (CHANGE.mark + frame([["snapshot", "a", "earlier", "b"]], []), "does not fit the world"),
    ],
)
def test_what_is_no_change_or_one_of_another_world_is_refused_with_a_sentence(data: bytes, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        apply(empty(), data, collection_of)


def test_facts_that_json_does_not_have_are_refused() -> None:
    odd = after(empty(), ("admit", "key", "s", Caller("c", facts={"a": {1, 2}})), empty().state)
    with pytest.raises(TypeError, match="set"):
        encode(empty(), odd)
