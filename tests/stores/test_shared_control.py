"""Every operation of the control API over two workers: done on one of them, seen on the other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

import pytest

from mockade.catalogue.api import Api
from mockade.control import control_api
from mockade.state.clock import steady_time
from tests.harness import bundled
from tests.stores.workers import V1, Stores, Worker, Workers

Play = Callable[[Worker, Worker], Coroutine[Any, Any, None]]

ROW = "/worlds/default/state/tally/counters/c"
NOT_OF_A_WORLD = {
    "getHealth",
    "getReadiness",
    "listApis",
    "getOperation",
    "listFindings",
    "describeCollections",
    "readCode",
}
"""They tell of the process and its files."""


async def _worlds(one: Worker, other: Worker) -> None:
    made = await one.control("POST", "/worlds", {"name": "w"}, 201)
    assert made["name"] == "w"
    assert (await other.control("GET", "/worlds/w"))["name"] == "w"
    assert "w" in [world["name"] for world in (await other.control("GET", "/worlds"))["worlds"]]
    await other.control("POST", "/worlds", {"name": "w"}, 409)
    await one.ask("POST", "/@w/counters/c")
    await other.control("DELETE", "/worlds/w", status=204)
    await one.control("GET", "/worlds/w", status=404)
    await one.control("DELETE", "/worlds/w", status=404)
    # Another of that name begins anew on both.
    await one.control("POST", "/worlds", {"name": "w"}, 201)
    for worker in (one, other):
        assert (await worker.ask("GET", "/@w/counters/c")).json()["value"] == 0
    assert [entry["id"] for entry in await other.journal("w")] == [1, 2]
    # One that is brought goes on with its numbers.
    lines = (await one.ask("GET", f"{V1}/worlds/w/document")).content
    path, headers = f"{V1}/worlds/v/document", {"content-type": "application/x-ndjson"}
    brought = await other.ask("PUT", path, content=lines, headers=headers)
    assert brought.status_code == 201, brought.text
    await one.ask("POST", "/@v/counters/c")
    assert (await other.ask("GET", "/@v/counters/c")).json()["value"] == 1
    journals = [await worker.journal("v") for worker in (one, other)]
    assert journals[0] == journals[1]
    assert [entry["id"] for entry in journals[0]][-2:] == [4, 5]


async def _reset(one: Worker, other: Worker) -> None:
    await one.ask("POST", "/counters/c")
    await other.control("POST", "/worlds/default/reset")
    assert (await one.ask("GET", "/counters/c")).json()["value"] == 0


async def _fork(one: Worker, other: Worker) -> None:
    counted = await one.ask("POST", "/counters/c")
    at = int(counted.headers["x-mockade-exchange"])
    await other.control("POST", "/worlds/default/snapshots", {"name": "s"}, 201)
    await one.ask("POST", "/counters/c")
    await other.control("POST", "/worlds/default/fork", {"name": "now"}, 201)
    await other.control("POST", "/worlds/default/fork", {"name": "kept", "snapshot": "s"}, 201)
    await one.control("POST", "/worlds/default/fork", {"name": "before", "at": at}, 201)
    for name, value in (("now", 2), ("kept", 1), ("before", 0)):
        for worker in (one, other):
            assert (await worker.ask("GET", f"/@{name}/counters/c")).json()["value"] == value, name
    await one.control("POST", "/worlds/default/fork", {"name": "now"}, 409)
    missing = await other.control("POST", "/worlds/default/fork", {"name": "x", "at": at}, 404)
    assert "This process does not keep" in missing["detail"], missing


async def _clock(one: Worker, other: Worker) -> None:
    told = await one.control(
        "PUT", "/worlds/default/clock", {"mode": "frozen", "now": "2030-01-01T00:00:00.000Z"}
    )
    assert await other.control("GET", "/worlds/default/clock") == told
    told = await other.control("POST", "/worlds/default/clock/advance", {"by": "1h"})
    assert told["now"] == "2030-01-01T01:00:00.000Z"
    assert await one.control("GET", "/worlds/default/clock") == told


async def _rows(one: Worker, other: Worker) -> None:
    await one.control("PUT", f"{ROW}2", {"id": "c2", "value": 7})
    assert (await other.ask("GET", "/counters/c2")).json()["value"] == 7
    await other.control("PATCH", f"{ROW}2", {"value": 8})
    assert (await one.control("GET", f"{ROW}2"))["value"] == 8
    assert [row["id"] for row in (await one.control("GET", ROW[:-2]))["rows"]] == ["c", "c2"]
    listed = await one.control("GET", "/worlds/default/state")
    assert listed["tally"] == {"registers": 1, "counters": 2}
    assert await other.control("GET", f"{ROW}2/references") == await one.control("GET", f"{ROW}2/references")
    await one.control("DELETE", f"{ROW}2", status=204)
    await other.control("GET", f"{ROW}2", status=404)


async def _timeline(one: Worker, other: Worker) -> None:
    assert (await one.ask("POST", "/counters/c/later", json={"value": 60_000})).status_code == 202
    (event,) = (await other.control("GET", "/worlds/default/timeline"))["events"]
    path = f"/worlds/default/timeline/tally/{event['action']}/{event['key'].replace('/', '%2F')}"
    await other.control("PUT", path, {"at": "2026-01-05T12:00:00.000Z"})
    assert (await one.control("GET", "/worlds/default/timeline"))["events"] == []
    assert (await one.ask("GET", "/counters/c")).json()["value"] == 1
    rung = [entry for entry in await one.journal() if entry["operation"] == "ring"]
    assert len(rung) == 1


async def _snapshots(one: Worker, other: Worker) -> None:
    base = "/worlds/default/snapshots"
    await one.ask("POST", "/counters/c")
    await one.control("POST", base, {"name": "s"}, 201)
    await other.control("POST", base, {"name": "s"}, 409)
    assert [kept["name"] for kept in (await other.control("GET", base))["snapshots"]] == ["s"]
    document = await other.control("GET", f"{base}/s")
    await other.control("PUT", f"{base}/t", document, 201)
    await one.ask("POST", "/counters/c")
    for name, worker in (("s", other), ("t", one)):
        await worker.control("POST", f"{base}/{name}/restore")
        for asked in (one, other):
            assert (await asked.ask("GET", "/counters/c")).json()["value"] == 1
    await other.control("DELETE", f"{base}/s", status=204)
    await one.control("GET", f"{base}/s", status=404)
    assert [kept["name"] for kept in (await one.control("GET", base))["snapshots"]] == ["t"]


async def _journal(one: Worker, other: Worker) -> None:
    base = "/worlds/default/journal"
    first = int((await one.ask("POST", "/counters/c")).headers["x-mockade-exchange"])
    second = int((await other.ask("POST", "/counters/c")).headers["x-mockade-exchange"])
    assert second == first + 1
    assert await one.journal() == await other.journal()
    for number in (first, second):
        told = await other.control("GET", f"{base}/{number}")
        assert told == await one.control("GET", f"{base}/{number}")
        rows = await one.control("GET", f"{base}/{number}/rows")
        assert rows == await other.control("GET", f"{base}/{number}/rows")
    found = [await worker.control("POST", f"{base}/find", {"method": "POST"}) for worker in (one, other)]
    assert found[0] == found[1]
    assert [entry["id"] for entry in found[0]["exchanges"]] == [first, second]
    read = int((await one.ask("GET", "/counters/c")).headers["x-mockade-exchange"])
    assert (await one.control("GET", f"{base}/{read}/rows"))["rows"]
    elsewhere = await other.ask("GET", f"{V1}{base}/{read}/rows")
    assert (elsewhere.status_code, elsewhere.headers["connection"]) == (404, "close")
    coverage = [await worker.control("GET", "/worlds/default/coverage") for worker in (one, other)]
    assert coverage[0] == coverage[1]
    await one.control("POST", f"{base}/{first}/undo", status=409)
    await other.control("POST", f"{base}/{second}/undo")
    assert (await one.ask("GET", "/counters/c")).json()["value"] == 1
    missing = await other.control("POST", f"{base}/{first}/rewind", status=404)
    assert "This process does not keep" in missing["detail"], missing
    await one.control("POST", f"{base}/{first}/rewind")
    assert (await other.ask("GET", "/counters/c")).json()["value"] == 0


async def _faults(one: Worker, other: Worker) -> None:
    base = "/worlds/default/faults"
    rule = await one.control("POST", base, {"do": {"status": 503}, "count": 2}, 201)
    again = await other.control("POST", base, {"do": {"status": 500}, "count": 1}, 201)
    assert [rule["id"], again["id"]] == [1, 2]
    found = [(await worker.ask("GET", "/counters/c")).status_code for worker in (one, other, one, other)]
    assert found == [503, 503, 500, 200]
    listed = (await other.control("GET", base))["faults"]
    assert [(kept["matched"], kept["applied"]) for kept in listed] == [(4, 2), (4, 1)]
    await other.control("DELETE", f"{base}/1", status=204)
    assert [kept["id"] for kept in (await one.control("GET", base))["faults"]] == [2]
    await one.control("DELETE", base, status=204)
    assert (await other.control("GET", base))["faults"] == []


CASES: dict[str, tuple[Play, set[str]]] = {
    "worlds": (
        _worlds,
        {"listWorlds", "createWorld", "getWorld", "deleteWorld", "exportWorld", "importWorld"},
    ),
    "reset": (_reset, {"resetWorld"}),
    "fork": (_fork, {"forkWorld"}),
    "clock": (_clock, {"getClock", "setClock", "advanceClock"}),
    "rows": (
        _rows,
        {"listCollections", "listRows", "getRow", "putRow", "patchRow", "deleteRow", "listReferences"},
    ),
    "timeline": (_timeline, {"listDueEvents", "moveDueEvent"}),
    "snapshots": (
        _snapshots,
        {
            "listSnapshots",
            "takeSnapshot",
            "getSnapshot",
            "putSnapshot",
            "deleteSnapshot",
            "restoreSnapshot",
        },
    ),
    "journal": (
        _journal,
        {
            "readJournal",
            "findExchanges",
            "getExchange",
            "rewindWorld",
            "listEntryRows",
            "undoEntry",
            "readCoverage",
        },
    ),
    "faults": (_faults, {"listFaults", "addFault", "clearFaults", "deleteFault"}),
}
ELSEWHERE = {"listCredentials", "mintCredential", "streamJournal"}
"""Tried by tests of their own below, and in test_shared_journal.py."""


def test_every_operation_of_the_control_api_is_tried() -> None:
    tried = set().union(*(operations for _, operations in CASES.values()), ELSEWHERE, NOT_OF_A_WORLD)
    assert tried == {operation.id for operation in control_api("").contract.operations}


@pytest.mark.parametrize("case", CASES)
def test_what_is_done_on_one_worker_is_seen_on_the_other(
    case: str, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            await CASES[case][0](workers[0], workers[1])

    asyncio.run(play())


def test_a_credential_that_one_worker_minted_is_good_on_the_other(stores: Stores) -> None:
    base = "/worlds/default/credentials"
    asked = {"api": "rallyhere", "secret": "zoe", "like": "ada"}

    async def play() -> None:
        async with Workers(bundled(("rallyhere",)), stores) as workers:
            one, other = workers
            await one.control("POST", base, asked, 201)
            await other.control("POST", base, asked, 409)
            assert (await other.ask("GET", "/session/v1/template", token="zoe")).status_code == 200
            assert await one.control("GET", base) == await other.control("GET", base)

    asyncio.run(play())


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/worlds", {"name": "w"}),
        ("/worlds/default/snapshots", {"name": "w"}),
        ("/worlds/default/fork", {"name": "w"}),
    ],
)
def test_of_two_who_make_the_same_at_once_one_does(
    path: str, body: Any, tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            asked = (worker.ask("POST", f"{V1}{path}", json=body) for worker in workers)
            answers = await asyncio.gather(*asked)
            assert sorted(one.status_code for one in answers) == [201, 409], [one.text for one in answers]

    asyncio.run(play())


def test_what_two_change_at_once_is_all_there(tally: Mapping[str, Api], stores: Stores) -> None:
    """Rules, rows and time: each is one change after the other."""

    async def play() -> None:
        async with Workers(tally, stores) as workers:

            async def change(worker: Worker, number: int) -> None:
                await worker.control("PUT", f"{ROW}{number}", {"id": f"c{number}", "value": number})
                await worker.control("POST", "/worlds/default/clock/advance", {"by": "1s"})
                await worker.control("POST", "/worlds/default/faults", {"do": {"status": 500}}, 201)

            await asyncio.gather(*(change(workers[number % 2], number) for number in range(20)))
            for worker in workers:
                rows = (await worker.control("GET", ROW[:-2]))["rows"]
                assert {row["id"] for row in rows} == {"c", *(f"c{number}" for number in range(20))}
                clock = await worker.control("GET", "/worlds/default/clock")
                assert clock["now"] == "2026-01-05T12:00:20.000Z"
                rules = (await worker.control("GET", "/worlds/default/faults"))["faults"]
                assert [rule["id"] for rule in rules] == list(range(1, 21))

    asyncio.run(play())


def test_each_worker_tells_the_coverage_of_what_all_were_asked(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    """With what they do themselves, however long ago, counted once."""

    async def play() -> None:
        async with Workers(tally, stores, journal=20) as workers:
            one, other = workers
            for number in range(60):
                await one.ask("GET", f"/counters/c?of={number}")
            assert await counted(one, "coverage") == (60, {"get_counters_id": 60})
            await other.ask("POST", "/counters/c")
            await other.ask("GET", "/@w/registers/r")
            assert await counted(one, "coverage") == (61, {"get_counters_id": 60, "post_counters_id": 1})
            of_all = {"get_counters_id": 60, "post_counters_id": 1, "get_registers_id": 1}
            assert await counted(one, "coverage?merged=true") == (62, of_all)
            # The first worker's requests, as far as the journal has them.
            requests, operations = await counted(other, "coverage")
            assert operations == {"get_counters_id": requests - 1, "post_counters_id": 1}
            assert requests >= 20
            await one.ask("GET", "/counters/c")
            again, _ = await counted(other, "coverage")
            assert again == requests + 1

    asyncio.run(play())


def test_a_worker_tells_when_others_used_a_world(tally: Mapping[str, Api], stores: Stores) -> None:
    async def play() -> None:
        async with Workers(tally, stores) as workers:
            one, other = workers
            for worker in workers:
                for name in ("v", "w"):
                    assert (await worker.ask("GET", f"/@{name}/counters/c")).status_code == 200
            for name in ("v", "w"):
                known = other.worlds.find(name)
                assert known is not None
                known.touch(steady_time() - 3600)
            await one.ask("GET", "/@v/counters/c")
            listed = (await other.control("GET", "/worlds"))["worlds"]
            assert {world["name"] for world in listed} == {"default", "v", "w"}
            assert max(world["idle"] for world in listed) < 1800

    asyncio.run(play())


def test_a_world_that_is_not_there_has_no_other_read_to_say_so(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    """Who follows one that is gone asks again and again."""

    async def play() -> None:
        async with Workers(tally, stores) as (one, other):
            await one.ask("GET", "/@wide/counters/c")
            told = await other.control("GET", "/worlds/wade", status=404)
            assert "Did you mean 'wide'?" in told["detail"]
            known = other.store_worker.worlds.local_of("wide")
            assert known is not None
            assert not known.is_loaded

    asyncio.run(play())


def test_a_list_of_worlds_counts_entries_and_reads_no_journal(
    tally: Mapping[str, Api], stores: Stores
) -> None:
    async def play() -> None:
        async with Workers(tally, stores, journal=10) as (one, other):
            for name, count in (("v", 3), ("w", 30)):
                for _ in range(count):
                    await one.ask("GET", f"/@{name}/counters/c")
            told = [(await worker.control("GET", "/worlds"))["worlds"] for worker in (one, other)]
            for listed in told:
                found = {world["name"]: world["exchanges"] for world in listed}
                assert found == {"default": 0, "v": 3, "w": 10}
            known = other.store_worker.worlds.local_of("w")
            assert known is not None
            assert known.is_loaded
            assert list(known.journal) == []
            assert (await other.control("GET", "/worlds/w"))["exchanges"] == 10
            assert len(known.journal) == 10

    asyncio.run(play())


async def counted(worker: Worker, path: str) -> tuple[int, dict[str, int]]:
    """How many requests, and of each operation."""
    told = await worker.control("GET", f"/worlds/default/{path}")
    operations = told["apis"][0]["operations"]
    return told["requests"], {one["operation"]: one["count"] for one in operations if one["count"]}
