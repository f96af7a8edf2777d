"""When Python's garbage collector runs."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Callable, Iterator

import pytest

from mockade import garbage
from mockade.worlds.slices import collected as collected_pieces
from mockade.worlds.slices import giving_way
from tests.background.loop import Loop
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    gc.unfreeze()  # what the collection of the tests has frozen
    gc.disable()
    yield
    garbage.CountedCollection().stop()
    gc.freeze()


@pytest.fixture
def collected(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The generations that are collected, in order."""
    generations: list[int] = []
    monkeypatch.setattr(gc, "collect", lambda generation=2: generations.append(generation))
    return generations


def requests(collection: garbage.CountedCollection, number: int) -> None:
    for _ in range(number):
        collection.request_ended()


def test_it_is_paused_within_a_block_and_as_before_after_it() -> None:
    gc.enable()
    with garbage.paused():
        assert not gc.isenabled()
        with garbage.paused():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_python_does_not_collect_by_itself_while_a_server_runs_and_does_so_again_after_it() -> None:
    gc.enable()
    collection = garbage.CountedCollection()
    collection.start(freeze=False)
    assert (gc.isenabled(), gc.get_freeze_count()) == (False, 0)
    collection.stop()
    assert gc.isenabled()
    collection.start(freeze=True)
    assert gc.get_freeze_count() > 0


def test_a_server_that_is_never_idle_collects_by_the_number_of_requests(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "OLDER_EVERY", 3)
    monkeypatch.setattr(garbage, "OLDEST_EVERY", 2)
    collection = garbage.CountedCollection()
    requests(collection, garbage.YOUNGEST_EVERY - 1)
    assert collected == []
    requests(collection, 6 * garbage.YOUNGEST_EVERY)
    assert collected == [0, 0, 1, 0, 0, 2]


def test_an_idle_server_collects_older_objects_once(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "TICK", 0.001)
    collection = garbage.CountedCollection()

    async def serve() -> None:
        collection.start(asyncio.get_running_loop(), freeze=False)
        requests(collection, garbage.YOUNGEST_EVERY)
        await asyncio.sleep(0.05)
        collection.stop()

    asyncio.run(serve())
    assert collected == [0, 1]


def test_what_the_timeline_makes_without_requests_is_collected_too(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "TICK", 0.001)
    monkeypatch.setattr(garbage, "MOST_OBJECTS", 0)
    collection = garbage.CountedCollection()

    async def serve() -> None:
        collection.start(asyncio.get_running_loop(), freeze=False)
        await asyncio.sleep(0.02)
        collection.stop()

    asyncio.run(serve())
    assert collected[:1] == [0]


class Node:
    """Something that a handler may leave in a cycle."""


@pytest.mark.parametrize("freeze", [True, False])
def test_handlers_that_make_cycles_do_not_grow_the_process(
    freeze: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A million calls, made short: collections of every kind come as often in 40,000 as in a million else."""
    monkeypatch.setattr(garbage, "OLDER_EVERY", garbage.OLDER_EVERY // 25)
    collection = garbage.CountedCollection()
    collection.start(freeze=freeze)
    alive: weakref.WeakSet[Node] = weakref.WeakSet()
    most = 0
    for _ in range(1_000_000 // 25):
        node = Node()
        node.itself = node  # type: ignore[attr-defined]
        alive.add(node)
        collection.request_ended()  # one is under way at each collection
        del node
        most = max(most, len(alive))
    assert most <= garbage.YOUNGEST_EVERY + garbage.OLDER_EVERY + 2


def test_what_stays_is_not_looked_through_again_unless_a_reload_may_replace_it() -> None:
    counts = []
    for freeze in (True, False):
        collection = garbage.CountedCollection()
        collection.start(freeze=freeze)
        before = gc.get_freeze_count()
        kept = [Node() for _ in range(5000)]
        collection._collect_older()
        counts.append(gc.get_freeze_count() - before >= len(kept))
        gc.unfreeze()
        gc.disable()
    assert counts == [True, False]


def test_many_new_objects_are_collected_soon_one_after_the_other_and_the_older_ones_now_and_then(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(garbage, "MOST_OBJECTS", 0)
    collection = garbage.CountedCollection()
    loop = Loop()
    collection._tick(loop)  # type: ignore[arg-type]
    for _ in range(2 * garbage.OLDER_EVERY_MOST - 1):
        loop.timers.pop().ring()
    assert loop.waits == [garbage.SOON]
    assert collected == [*[0] * (garbage.OLDER_EVERY_MOST - 1), 1] * 2


def test_slices_of_work_are_counted_while_a_server_runs_whatever_they_free(collected: list[int]) -> None:
    async def work() -> None:
        await giving_way(collected_pieces(b"piece" for _ in range(4 * garbage.SLICES_EVERY)))

    asyncio.run(work())
    assert collected == []  # in a process of somebody else's
    collection = garbage.CountedCollection()
    collection.start(freeze=False)
    asyncio.run(work())
    collection.stop()
    assert collected == [0, 0, 0, 1]


def test_slices_alone_never_have_everything_looked_through(
    collected: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is frozen, that takes a second with 100,000 rows."""
    monkeypatch.setattr(garbage, "OLDEST_EVERY", 1)
    collection = garbage.CountedCollection()
    for _ in range(3 * garbage.OLDER_EVERY_MOST * garbage.SLICES_EVERY):
        collection.slice_ended()
    assert collected == [0, 0, 0, 1] * 3


def test_a_process_that_only_holds_an_application_keeps_its_own_collector(
    serve: Callable[..., Mock],
) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    gc.enable()
    before = gc.get_threshold(), gc.get_freeze_count()
    for _ in range(3):
        mock.get("/_mockade/v1/journal")
    assert gc.isenabled()
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
