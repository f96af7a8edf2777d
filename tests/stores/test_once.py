"""What happens by itself in a world that several workers share happens once, whoever looks first."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from mockade.background import deliveries
from mockade.catalogue.api import Api
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from tests.contracts import contract, crud
from tests.control.test_event_stream import Following
from tests.middleware.asgi_calls import scope_of
from tests.receivers import Receiver
from tests.stores.workers import V1, Stores, Worker, Workers, comes_true

POSTING = """
from mockade.handling import Collection
from mockade.outbox import Outbox, OutgoingRequest

def widgets_to_send(call, rows):
    return OutgoingRequest(rows[0]["name"], rows[0]["id"].encode(), timeout=1.0)

def widgets_sent(call, rows, outcome):
    for row in rows:
        call.rows("widgets").remove(row.key)

collections = (Collection("widgets", holds="Widget", indexes={"queue": lambda row: [0]}),)
outbox = Outbox("widgets", "queue", request=widgets_to_send, ended=widgets_sent)
"""


async def value(worker: Worker) -> int:
    found: int = (await worker.ask("GET", "/counters/c")).json()["value"]
    return found


async def rung(worker: Worker) -> list[dict[str, Any]]:
    return [entry for entry in await worker.journal() if entry["operation"] == "ring"]


def test_what_a_clock_makes_due_on_one_worker_happens_once(tally: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            for number in range(5):
                await workers[number % 2].ask(
                    "POST", "/counters/c/later", json={"value": 1000 * number + 1000}
                )
            await workers[0].control("POST", "/worlds/default/clock/advance", {"by": "3s"})
            assert [await value(one) for one in (workers[1], workers[0])] == [3, 3]
            # Both find at once what is due.
            await workers[1].control("POST", "/worlds/default/clock/advance", {"by": "1s"})
            assert await asyncio.gather(*map(value, workers)) == [4, 4]
            for worker in workers:
                assert len(await rung(worker)) == 4

    asyncio.run(play())


def test_what_is_due_while_both_clocks_run_happens_once(tally: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(tally, stores, frozen=False) as workers:
            asked = [
                workers[n % 2].ask("POST", "/counters/c/later", json={"value": 20 * n}) for n in range(20)
            ]
            assert {one.status_code for one in await asyncio.gather(*asked)} == {202}
            await comes_true(lambda: _is(rung, workers[1], 20))
            assert await asyncio.gather(*map(value, workers)) == [20, 20]
            entries = [await worker.journal() for worker in workers]
            assert entries[0] == entries[1]
            assert len(await rung(workers[0])) == 20

    asyncio.run(play())


async def _is(look: Callable[[Worker], Any], worker: Worker, many: int) -> bool:
    return len(await look(worker)) >= many


@pytest.fixture
def posting(home: Callable[..., Path]) -> Mapping[str, Api]:
    """Sends its widgets, one after the other, to the addresses that are their names."""
    specs = {"shop.yaml": contract(crud("/widgets"))}
    files = home(specs=specs, fixtures={"shop.yaml": "widgets: []"}, apis={"shop.py": POSTING})
    return load_apis(find_files(files, ()))


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as receiver:
        yield receiver


async def sent(worker: Worker) -> bool:
    return (await worker.ask("GET", "/widgets")).json() == []


def test_webhooks_are_sent_once_and_in_order(
    posting: Mapping[str, Api], stores: Stores, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "CLAIM_PAUSE", 0.02)

    async def play() -> None:
        async with Workers(posting, stores) as workers:
            for number in range(20):
                body = {"id": f"w{number}", "name": receiver.url}
                made = await workers[number % 2].ask("POST", "/widgets", json=body)
                assert made.status_code == 201, made.text
            await comes_true(lambda: sent(workers[1]))
            assert [receiver.next().body.decode() for _ in range(20)] == [
                f"w{number}" for number in range(20)
            ]
            assert receiver.is_quiet()
            noted = [one for one in await workers[0].journal() if one["operation"] == "widgets_sent"]
            assert len(noted) == 20

    asyncio.run(play())


def test_what_a_worker_sent_and_did_not_note_is_sent_again_by_another(
    posting: Mapping[str, Api], stores: Stores, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "CLAIM_PAUSE", 0.05)
    monkeypatch.setattr(deliveries, "CLAIM_MARGIN", 0.0)
    receiver.answers.put(receiver.held)

    async def play() -> None:
        async with Workers(posting, stores) as workers:
            dying, other = workers
            await dying.ask("POST", "/widgets", json={"id": "w1", "name": receiver.url})
            assert (await asyncio.to_thread(receiver.next)).body == b"w1"
            dying.link.is_cut = True
            receiver.let_go.set()
            await comes_true(lambda: sent(other))
            assert (await asyncio.to_thread(receiver.next)).body == b"w1"
            assert receiver.is_quiet()

    asyncio.run(play())


@pytest.mark.parametrize(
    ("rule", "refused"),
    [
        ({"do": {"status": 503}, "count": 10}, 10),
        ({"do": {"status": 503, "delay_ms": 5}, "count": 10}, 10),
        ({"match": {"nth": 7}, "do": {"status": 503}}, 1),
        ({"match": {"rate": {"limit": 15, "per": "1m"}}, "do": {"status": 503}}, 25),
    ],
    ids=["count", "delayed", "nth", "rate"],
)
def test_a_fault_counts_the_calls_of_all_workers(
    rule: dict[str, Any], refused: int, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            await workers[0].control("POST", "/worlds/default/faults", rule, 201)
            asked = [workers[n % 2].ask(("GET", "POST")[n % 4 // 2], "/counters/c") for n in range(40)]
            found = Counter(one.status_code for one in await asyncio.gather(*asked))
            assert found == {503: refused, 200: 40 - refused}
            for worker in workers:
                (told,) = (await worker.control("GET", "/worlds/default/faults"))["faults"]
                assert (told["matched"], told["applied"]) == (40, refused)

    asyncio.run(play())


def test_a_world_that_nobody_asks_for_is_gone_for_both(tally: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(tally, stores, idle=1.0) as workers:
            assert (await workers[0].ask("POST", "/@w/counters/c")).json()["value"] == 1

            async def are_gone() -> bool:
                names: list[str] = await workers[0].link.names()
                return names == ["default"]

            await comes_true(are_gone)
            for worker in workers:
                listed = (await worker.control("GET", "/worlds"))["worlds"]
                assert [world["name"] for world in listed] == ["default"]
            assert (await workers[1].ask("POST", "/@w/counters/c")).json()["value"] == 1

    asyncio.run(play())


@asynccontextmanager
async def following(worker: Worker, query: str, world: str = "default") -> AsyncIterator[Following]:
    client = Following(worker)  # type: ignore[arg-type]  # asks for no more than its application

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    scope = {**scope_of(f"{V1}/worlds/{world}/events"), "query_string": query.encode()}
    task = asyncio.ensure_future(worker.app(scope, receive, client.send))  # type: ignore[arg-type]
    try:
        yield client
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_a_stream_tells_the_entries_of_all_workers_in_order(tally: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers, following(workers[0], "after=0") as client:
            numbers = []
            for number in range(40):
                answer = await workers[number % 2 or number % 3 % 2].ask("POST", "/counters/c")
                numbers.append(int(answer.headers["x-mockade-exchange"]))

            async def are_told() -> bool:
                return len(client.told) >= len(numbers)

            await comes_true(are_told)
            assert [number for _, number in client.told] == numbers == list(range(1, 41))
            page = (await workers[1].control("GET", "/worlds/default/journal?after=30"))["exchanges"]
            assert [entry["id"] for entry in page] == numbers[30:]

    asyncio.run(play())


def test_who_follows_a_world_is_told_that_it_went_through_another_worker(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            for again in (False, True):
                await workers[1].ask("POST", "/@w/counters/c")
                async with following(workers[0], "after=0", "w") as client:
                    await comes_true(lambda: told(client, ("exchange", 1)))
                    await workers[1].control("DELETE", "/worlds/w", status=204)
                    if again:
                        await workers[1].ask("POST", "/@w/counters/c")
                    await comes_true(lambda: told(client, ("gone", {"world": "w"})))
                    assert client.is_over
                listed = (await workers[0].control("GET", "/worlds"))["worlds"]
                assert [world["name"] for world in listed] == ["default", *["w"] * again]

    asyncio.run(play())


async def told(client: Following, event: tuple[str, Any]) -> bool:
    return event in client.told


def test_who_follows_the_default_world_is_told_that_another_is_in_its_place(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    path, headers = f"{V1}/worlds/default/document", {"content-type": "application/x-ndjson"}

    async def play() -> None:
        async with Workers(tally, stores) as workers, following(workers[0], "after=0") as client:
            lines = (await workers[1].ask("GET", path)).content
            for _ in range(5):
                await workers[0].ask("POST", "/counters/c")
            await comes_true(lambda: told(client, ("exchange", 5)))
            put = await workers[1].ask("PUT", f"{path}?replace=true", content=lines, headers=headers)
            assert put.is_success, put.text
            await workers[1].ask("POST", "/counters/c")

            async def goes_on() -> bool:
                return client.told[5:] == [("anew", {}), ("exchange", 1), ("exchange", 2)]

            await comes_true(goes_on)

    asyncio.run(play())
