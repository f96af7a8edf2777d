"""What every store of worlds keeps to (`stores/interface.py`), whichever engine it is.

They are `stores/memory.py`, and `stores/redis/store.py` with what stands beside it
(`stores/redis/answers.py`, `stores/redis/pipeline.py`, `stores/redis/scripts.py`).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import pytest

from mockade.stores.interface import Behind, Commit, Committed, Entry, Gone, Numbers, WorldStore, WrongStore
from mockade.stores.memory import MemoryStore
from mockade.stores.redis.store import RedisStore
from tests.stores.redis_server import RedisServer, needs_redis

PLENTY = 1_000_000
"""Bytes that a journal may have here."""

Play = Callable[[WorldStore], Coroutine[Any, Any, None]]


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def played(request: pytest.FixtureRequest) -> Callable[[Play], None]:
    """Plays something on an empty store that was started."""

    @asynccontextmanager
    async def store() -> AsyncIterator[WorldStore]:
        if request.param == "memory":
            yield MemoryStore()
            return
        server: RedisServer = request.getfixturevalue("redis_server")
        made = RedisStore(server.url, "mockade")
        await made._redis.flushdb()
        yield made
        await made.close()

    def run(play: Play) -> None:
        async def main() -> None:
            async with store() as made:
                await made.start("files")
                await play(made)

        asyncio.run(main())

    return run


def test_a_commit_at_the_last_version_is_taken_and_numbers_the_entries(
    played: Callable[[Play], None],
) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"start", [])
        assert made is not None
        first, second = await store.commit(
            [Commit("w", made.epoch, 0, [b"1", b"2"], 3), Commit("w", made.epoch, 2, [], 1)]
        )
        assert (first, second) == (Committed(1, 3), Committed(4, 4))
        loaded = await store.load("w")
        assert loaded is not None
        assert (loaded.version, loaded.baseline, loaded.snapshot) == (2, b"start", b"")
        assert (list(loaded.changes), loaded.last) == ([b"1", b"2"], 4)

    played(play)


def test_a_world_takes_the_place_of_the_one_that_is_named_and_of_no_other(
    played: Callable[[Play], None],
) -> None:
    async def play(store: WorldStore) -> None:
        assert await store.create("w", b"new", [], 7, 1, "none such") is None
        assert await store.load("w") is None
        first = await store.create("w", b"first", [b"1"])
        assert first is not None
        await store.add_entries("w", first.epoch, [Entry(1, b"entry")], 10, PLENTY)
        await store.keep_snapshot("w", first.epoch, 1, b"snapshot")
        for epoch in ("", "none such"):
            assert await store.create("w", b"new", [b"2"], 7, 1, epoch) is None
        loaded = await store.load("w")
        assert loaded is not None
        assert (loaded.epoch, loaded.baseline, loaded.snapshot) == (first.epoch, b"first", b"snapshot")
        made = await store.create("w", b"new", [b"2", b"3"], 7, 2, first.epoch)
        assert made is not None
        assert await store.create("w", b"newer", [], 7, 1, first.epoch) is None
        found = await store.load("w")
        assert found is not None
        assert (found.epoch, found.version, found.last) == (made.epoch, 2, 9)
        assert (await store.numbers("w", made.epoch))[:2] == (7, 9)
        assert (found.baseline, found.snapshot, list(found.changes)) == (b"new", b"", [b"2", b"3"])
        assert await store.entries_after("w", made.epoch, "") == ([], "")
        assert await store.commit([Commit("w", first.epoch, 1, [b"late"])]) == [Gone()]
        assert await store.names() == ["w"]

    played(play)


def test_who_is_behind_is_told_what_is_missing_and_changes_nothing(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [b"0"])
        assert made is not None
        await store.commit([Commit("w", made.epoch, 1, [b"1", b"2"])])
        (answer,) = await store.commit([Commit("w", made.epoch, 1, [b"mine"], 1)])
        assert isinstance(answer, Behind)
        assert list(answer.changes) == [b"1", b"2"]
        loaded = await store.load("w")
        assert loaded is not None
        assert list(loaded.changes) == [b"0", b"1", b"2"]
        assert loaded.last == 0

    played(play)


def test_who_is_further_behind_than_the_log_goes_is_to_load_again(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [])
        assert made is not None
        for version in range(0, 1500, 100):
            await store.commit([Commit("w", made.epoch, version, [b"c"] * 100)])
        await store.keep_snapshot("w", made.epoch, 1400, b"whole")
        (answer,) = await store.commit([Commit("w", made.epoch, 10)])
        assert isinstance(answer, Behind)
        assert not answer.changes
        loaded = await store.load("w")
        assert loaded is not None
        assert (loaded.version, loaded.snapshot, len(loaded.changes)) == (1500, b"whole", 100)

    played(play)


def test_who_is_behind_is_told_all_that_is_missing_or_to_load_again(played: Callable[[Play], None]) -> None:
    """With a part of it he would be at a version that the store had before he asked."""

    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [])
        assert made is not None
        await store.commit([Commit("w", made.epoch, 0, [b"c"] * 1200)])
        for behind in (999, 1000, 1001, 1200):
            (answer,) = await store.commit([Commit("w", made.epoch, 1200 - behind)])
            assert isinstance(answer, Behind)
            assert len(answer.changes) in (0, behind), behind

    played(play)


def test_a_world_that_is_made_while_its_name_goes_is_found(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        for _ in range(50):
            await store.create("w", b"", [])
            await asyncio.gather(store.delete("w"), *(store.create("w", b"", []) for _ in range(3)))
            assert ("w" in await store.names()) == (await store.load("w") is not None)
            await store.delete("w")

    played(play)


def test_an_older_snapshot_takes_no_place_of_a_newer_one(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [b"c"] * 4)
        assert made is not None
        await store.keep_snapshot("w", made.epoch, 3, b"new")
        await store.keep_snapshot("w", made.epoch, 2, b"old")
        await store.keep_snapshot("w", "another", 4, b"foreign")
        loaded = await store.load("w")
        assert loaded is not None
        assert (loaded.snapshot, len(loaded.changes)) == (b"new", 1)

    played(play)


def test_a_world_that_is_made_again_is_another(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [])
        assert made is not None
        assert await store.create("w", b"", []) is None
        assert await store.names() == ["w"]
        assert await store.delete("w")
        assert not await store.delete("w")
        assert await store.names() == []
        assert await store.load("w") is None
        again = await store.create("w", b"", [])
        assert again is not None
        assert again.epoch != made.epoch
        assert await store.commit([Commit("w", made.epoch, 0, [b"c"])]) == [Gone()]

    played(play)


def test_a_claim_is_one_holders_until_it_is_given_back_or_over(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        assert await store.claim("w", "send", "a", 30.0)
        assert await store.claim("w", "send", "a", 30.0)
        assert not await store.claim("w", "send", "b", 30.0)
        assert await store.claim("w", "other", "b", 30.0)
        await store.release("w", "send", "b")
        assert not await store.claim("w", "send", "b", 30.0)
        await store.release("w", "send", "a")
        assert await store.claim("w", "send", "b", 0.05)
        await asyncio.sleep(0.1)
        assert await store.claim("w", "send", "a", 30.0)

    played(play)


def test_entries_are_read_in_the_order_in_which_they_came(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [])
        assert made is not None
        await store.add_entries("w", made.epoch, [Entry(2, b"two"), Entry(1, b"one")], 10, PLENTY)
        found = await store.entries_after("w", made.epoch, "")
        assert found is not None
        entries, place = found
        assert entries == [Entry(2, b"two"), Entry(1, b"one")]
        await store.add_entries("w", made.epoch, [Entry(3, b"three")], 10, PLENTY)
        await store.add_entries("w", "another", [Entry(4, b"four")], 10, PLENTY)
        found = await store.entries_after("w", made.epoch, place)
        assert found is not None
        entries, last = found
        assert entries == [Entry(3, b"three")]
        assert await store.entries_after("w", made.epoch, last) == ([], last)
        assert await store.entries_after("w", "another", last) is None
        assert await store.entries_after("v", made.epoch, "") is None

    played(play)


def test_a_journal_knows_the_numbers_that_were_given(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"", [], 7)
        assert made is not None
        assert (await store.numbers("w", made.epoch))[:2] == (7, 7)
        await store.commit([Commit("w", made.epoch, 0, [], 3)])
        assert (await store.numbers("w", made.epoch))[:2] == (7, 10)
        for world, epoch in (("w", "another"), ("v", "")):
            assert await store.numbers(world, epoch) == Numbers(0, 0, 0.0)

    played(play)


def test_a_world_that_nobody_asks_for_goes_and_the_spared_one_stays(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        for name in ("default", "w"):
            await store.create(name, b"", [])
        assert await store.delete_idle(100.0, "default") == []
        await asyncio.sleep(0.01)
        assert await store.delete_idle(-1.0, "default") == ["w"]
        assert await store.names() == ["default"]

    played(play)


def test_worlds_of_other_files_are_not_taken_for_these(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        await store.create("w", b"", [])
        with pytest.raises(WrongStore, match="other"):
            await store.start("other files")
        await store.start("files")

    played(play)


@needs_redis
def test_a_store_that_was_flushed_under_load_is_ours_still(redis_server: RedisServer) -> None:
    async def play() -> None:
        store, next_one = (RedisStore(redis_server.url, "flushed") for _ in range(2))
        await store.start("files")
        await store._redis.flushdb()
        await store.create("w", b"", [])
        await next_one.start("files")
        assert await next_one.names() == ["w"]
        await store.close()
        await next_one.close()

    asyncio.run(play())


def test_a_journal_has_a_budget_of_bytes_and_tells_where_it_begins(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"start", [])
        assert made is not None
        await store.commit([Commit("w", made.epoch, 0, [], 100)])
        for first in (1, 21, 41, 61, 81):
            entries = [Entry(number, b"x" * 10_000) for number in range(first, first + 20)]
            await store.add_entries("w", made.epoch, entries, 1000, 300_000)
        found = await store.entries_after("w", made.epoch, "")
        assert found is not None
        kept = [entry.number for entry in found[0]]
        assert kept == list(range(kept[0], 101))
        assert 15 <= len(kept) <= 30
        numbers = await store.numbers("w", made.epoch)
        assert (numbers.begin, numbers.last) == (kept[0] - 1, 100)

    played(play)


def test_an_entry_that_is_larger_than_the_budget_is_kept_alone(played: Callable[[Play], None]) -> None:
    async def play(store: WorldStore) -> None:
        made = await store.create("w", b"start", [])
        assert made is not None
        await store.commit([Commit("w", made.epoch, 0, [], 3)])
        entries = [Entry(number, b"x" * 100_000) for number in (1, 2, 3)]
        await store.add_entries("w", made.epoch, entries, 1000, 50_000)
        found = await store.entries_after("w", made.epoch, "")
        assert found is not None
        assert [entry.number for entry in found[0]] == [3]

    played(play)
