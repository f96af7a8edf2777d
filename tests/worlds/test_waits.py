"""Who waits in a world is woken by what concerns him, and costs nothing else."""

from __future__ import annotations

import asyncio

from mockade.state.clock import Clock
from mockade.state.rows import Collection, Row
from mockade.state.state import State
from mockade.state.transaction import Transaction
from mockade.worlds.waits import Waiter, Waits

SHOES = Collection("shoes", holds="Shoe", indexes={"size": lambda row: [row["size"]]})


def put(state: State, key: str, size: int) -> State:
    transaction = Transaction(state)
    transaction.put("shop", SHOES, Row({"size": size}, key=key))
    return transaction.state


def test_a_change_wakes_those_of_its_table_and_of_its_value_in_an_index() -> None:
    async def woken(before: State, after: State) -> list[str]:
        waits = Waits()
        waiters = {
            "shoes": Waiter(("shop", "shoes")),
            "size 40": Waiter(("shop", "shoes"), "size", 40),
            "size 41": Waiter(("shop", "shoes"), "size", 41),
            "hats": Waiter(("shop", "hats")),
        }
        for one in waiters.values():
            waits.add(one)
        waits.wake(before, after)
        await asyncio.sleep(0)
        found = [name for name, one in waiters.items() if one.woken.done()]
        for one in waiters.values():
            waits.remove(one)
        assert waits.by_table == {}
        return found

    empty = State(Clock.frozen(0.0))
    first = put(empty, "s1", 40)
    both = put(first, "s2", 41)
    assert asyncio.run(woken(empty, first)) == ["shoes", "size 40"]
    assert asyncio.run(woken(first, both)) == ["shoes", "size 41"]
    assert asyncio.run(woken(both, put(both, "s2", 40))) == ["shoes", "size 40", "size 41"]
    assert asyncio.run(woken(both, both._replace(draws=7))) == []
    assert len(asyncio.run(woken(both, both._replace(clock=Clock.frozen(1.0))))) == 4


def test_one_who_is_gone_before_his_turn_is_not_woken() -> None:
    async def leave() -> bool:
        waits = Waits()
        waiter = Waiter(("shop", "shoes"))
        waits.add(waiter)
        waits.wake_all()
        waits.remove(waiter)
        await asyncio.sleep(0)
        return waiter.woken.done()

    assert not asyncio.run(leave())
