"""Large work in slices, between which others have their turn."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from mockade.worlds.slices import Slices, at_once, collected, giving_way


def counted(name: str, slices: int, seen: list[str]) -> Slices[str]:
    try:
        for number in range(slices):
            seen.append(f"{name}{number}")
            yield
    finally:
        seen.append(f"{name} is over")
    return name.upper()


def test_it_returns_what_the_work_makes_whoever_drives_it() -> None:
    assert at_once(counted("a", 3, [])) == asyncio.run(giving_way(counted("a", 3, []))) == "A"


def test_there_is_one_slice_in_each_turn_of_the_loop_however_much_work_there_is() -> None:
    seen: list[str] = []

    async def run() -> None:
        works = [asyncio.create_task(giving_way(counted(name, 3, seen))) for name in "abc"]
        before = 0
        while not all(work.done() for work in works):
            await asyncio.sleep(0)
            done = sum(one[1:].isdigit() for one in seen)
            assert done - before <= 1
            before = done
        assert [work.result() for work in works] == ["A", "B", "C"]

    asyncio.run(run())
    assert [one for one in seen if one[1:].isdigit()][:6] == ["a0", "b0", "c0", "a1", "b1", "c1"]


def test_work_that_is_given_up_or_fails_lets_the_next_one_go_on() -> None:
    seen: list[str] = []

    def failing() -> Slices[None]:
        yield
        raise LookupError

    async def run() -> str:
        given_up = asyncio.create_task(giving_way(counted("a", 100, seen)))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(LookupError):
            await giving_way(failing())
        return await giving_way(counted("b", 1, seen))

    assert asyncio.run(run()) == "B"
    assert "a is over" in seen


def test_pieces_are_collected_without_the_empty_ones() -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b"a", b"", b"b")

    assert list(at_once(collected(pieces()))) == [b"a", b"b"]
