"""A document that comes in is read in slices, and changes the world at the end, whole or not at all."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mockade.contract.yaml_writer import yaml_text
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock, exchanged

V1 = "/_mockade/v1"
ROWS = [{"id": f"w{number}", "name": "x"} for number in range(200)]
EVENTS = [{"at": "2030-01-01T00:00:00Z", "api": "shop", "action": "x", "key": "k"}] * 250


def asked(method: str, path: str, **options: Any) -> httpx.Request:
    return httpx.Request(method, f"http://localhost{V1}/worlds/w{path}", **options)


def between(mock: Mock, first: httpx.Request, *others: httpx.Request) -> list[int]:
    """The statuses of a request, and of others that come and are answered while it is under way."""

    async def run() -> list[int]:
        under_way = asyncio.create_task(exchanged(mock.app, first))
        for _ in range(10):
            await asyncio.sleep(0)
        answers = [await exchanged(mock.app, one) for one in others]
        assert not under_way.done()
        return [(await under_way).status_code, *(one.status_code for one in answers)]

    return asyncio.run(run())


def put(rows: Any = ROWS, name: str = "s") -> httpx.Request:
    return asked("PUT", f"/snapshots/{name}", json={"apis": {"shop": {"widgets": rows}}})


def test_others_are_answered_meanwhile_and_see_nothing_of_it_until_it_is_whole(mock: Mock) -> None:
    row = asked("PUT", "/state/shop/widgets/n", json={"id": "n", "name": "new"})
    assert between(mock, put(), asked("GET", "/snapshots/s"), row) == [201, 404, 201]
    assert len(mock.get(f"{V1}/worlds/w/snapshots/s").json()["apis"]["shop"]["widgets"]) == 200


def test_of_two_that_bring_in_one_name_the_last_to_end_counts(mock: Mock) -> None:
    assert between(mock, put(), put(ROWS[:1])) == [200, 201]
    assert len(mock.get(f"{V1}/worlds/w/snapshots/s").json()["apis"]["shop"]["widgets"]) == 200


def test_a_world_that_is_deleted_meanwhile_takes_nothing_in_and_is_not_made_anew(mock: Mock) -> None:
    mock.get(f"{V1}/worlds/w/clock")
    assert between(mock, put(), asked("DELETE", "")) == [409, 204]
    assert mock.get(f"{V1}/worlds/w").status_code == 404


def test_a_reload_meanwhile_is_told_and_nothing_is_taken_in(serve: Callable[..., Mock]) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.get(f"{V1}/worlds/w/clock")

    async def run() -> httpx.Response:
        under_way = asyncio.create_task(exchanged(mock.app, put()))
        for _ in range(10):
            await asyncio.sleep(0)
        mock.worlds.served = mock.worlds.served._replace()
        return await under_way

    assert asyncio.run(run()).status_code == 503
    assert not mock.worlds.get_or_create("w").snapshots


@pytest.mark.parametrize("kind", ["json", "yaml"])
def test_entries_beyond_the_first_slice_are_told_at_their_place(mock: Mock, kind: str) -> None:
    document = {"timeline": [*EVENTS[:150], {"at": 5}, *EVENTS[:50]], "apis": {}}
    content = yaml_text(document) if kind == "yaml" else json.dumps(document)
    headers = {"content-type": f"application/{kind}"}
    answer = mock.put(f"{V1}/snapshots/s", content=content, headers=headers)
    assert answer.status_code == 400
    assert {one["pointer"][:13] for one in answer.json()["violations"]} == {"/timeline/150"}


def test_a_row_that_is_no_json_is_told_at_its_place_and_a_key_twice_when_strict(
    serve: Callable[..., Mock],
) -> None:
    def told(row: str, **options: Any) -> Any:
        mock = serve(contract(crud("/widgets")), WIDGETS, **options)
        rows = f'[{{"id":"a","name":"x"}},{row}]'
        content = f'{{"apis":{{"shop":{{"widgets":{rows}}}}}}}'
        answer = mock.put(f"{V1}/snapshots/s", content=content, headers={"content-type": "application/json"})
        return answer.status_code, [one["pointer"] for one in answer.json().get("violations", ())]

    place = "/apis/shop/widgets/1"
    assert told('{"id":"b","name":"\\ud800"}') == (400, [place])
    assert told('{"id":"b","name":"x","name":"y"}') == (201, [])
    assert told('{"id":"b","name":"x","name":"y"}', strict=True) == (400, [place])
    assert told("5") == (400, [place])
