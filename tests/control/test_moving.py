"""Whole worlds over HTTP: exported by one server, imported by another, which goes on where the first stopped.

Holds `control/counted_faults.py` too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock
from tests.test_promises import good_request

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
NDJSON = {"content-type": "application/x-ndjson"}
MESHMAP = {"x-app-api-key": "meshmap-demo-key"}
SESSION = {
    "session_type": "duel",
    "client_version": "1.0.0",
    "client_settings": {"platform": "Steam", "input": "gamepad"},
}


def exported(mock: Mock, world: str) -> bytes:
    answer = mock.get(f"{V1}/worlds/{world}/document")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    return answer.content


def imported(mock: Mock, world: str, content: bytes, query: str = "") -> httpx.Response:
    return mock.put(f"{V1}/worlds/{world}/document{query}", headers=NDJSON, content=content)


def world_of(mock: Mock, name: str) -> Any:
    return mock.get(f"{V1}/worlds/{name}")


def lines(content: bytes) -> list[Any]:
    return [json.loads(line) for line in content.splitlines()]


def played(mock: Mock, prefix: str) -> list[Any]:
    """What some calls answer that draw ids and chance, let time go on and count faults."""
    answers = [
        mock.post(f"{prefix}/session/v1/session", token="ada", json=SESSION),
        mock.post(f"{prefix}/apps/game-sessions", json={"status": "ACTIVE"}, headers=MESHMAP),
        mock.post(f"{prefix}{V1}/clock/advance", json={"by": "40s"}),
        mock.get(f"{prefix}/apps/game-sessions", headers=MESHMAP),
        mock.get(f"{prefix}/apps/game-sessions", headers=MESHMAP),
        mock.get(f"{prefix}/apps/game-sessions", headers={"x-app-api-key": "zoe-key"}),
        mock.get(f"{prefix}/apps/game-sessions", headers={**MESHMAP, "prefer": "dynamic=true"}),
        mock.post(f"{prefix}/session/v1/session", token="ben", json=SESSION),
    ]
    return [(one.status_code, one.headers.get("x-mockade-exchange"), one.text) for one in answers]


def test_a_world_goes_on_in_another_server_as_it_would_have_in_its_own(
    make_mock: Callable[..., Mock],
) -> None:
    here, there = make_mock(), make_mock()
    here.put(f"/@arena{V1}/clock", json={"mode": "frozen", "now": "2026-01-05T12:00:00Z"})
    played(here, "/@arena")
    mint = {"api": "meshmap", "secret": "zoe-key", "caller": "zoe", "like": "demo"}
    assert here.post(f"/@arena{V1}/credentials", json=mint).status_code == 201
    for body in (
        {"match": {"api": "meshmap", "nth": 4}, "do": {"status": 503}},
        {"match": {"api": "rallyhere", "probability": 0.5}, "do": {"delay_ms": 0}},
        {"match": {"path": "/apps/*", "rate": {"limit": 2, "per": "60s"}}, "do": {"status": 429}, "count": 2},
    ):
        assert here.post(f"/@arena{V1}/faults", json=body).status_code == 201
    here.delete(f"/@arena{V1}/faults/2")
    assert here.post(f"/@arena{V1}/snapshots", json={"name": "before"}).status_code == 201
    here.delete(f"/@arena{V1}/state/meshmap/players/demo%2Fplayer-ben")
    for _ in range(2):
        here.get("/@arena/apps/game-sessions", headers=MESHMAP)
    content = exported(here, "arena")
    assert imported(there, "arena", content).status_code == 201
    last = world_of(here, "arena").json()["exchanges"]
    (note,) = there.get(f"/@arena{V1}/journal").json()["exchanges"]
    assert (note["operation"], note["id"]) == ("importWorld", last + 1)
    # The exporting server's next entry would have the number of the note: numbers go on behind it there.
    here.post(f"/@arena{V1}/snapshots", json={"name": "a-note"})
    there.post(f"/@arena{V1}/snapshots", json={"name": "other"})
    here.post(f"/@arena{V1}/snapshots", json={"name": "other"})
    answers = played(here, "/@arena")
    assert {200, 429, 503} <= {status for status, _, _ in answers}, "faults met some of them"
    assert answers == played(there, "/@arena")
    for path in ("/state", "/faults", "/timeline", "/clock", "/credentials?secrets=true"):
        assert here.get(f"/@arena{V1}{path}").json() == there.get(f"/@arena{V1}{path}").json(), path
    for mock in (here, there):
        assert mock.post(f"/@arena{V1}/snapshots/before/restore").status_code == 200
    state = f"{V1}/worlds/arena/snapshots/before?secrets=true"
    assert here.get(state).json() == there.get(state).json()
    assert played(here, "/@arena") == played(there, "/@arena")


def test_a_reset_goes_where_it_went_at_home(make_mock: Callable[..., Mock]) -> None:
    here, there = make_mock("meshmap"), make_mock("meshmap")
    here.delete(f"/@first{V1}/state/meshmap/players/demo%2Fplayer-ben")
    here.post(f"/@first{V1}/faults", json={"do": {"status": 503}, "match": {"path": "/none"}})
    here.post(f"/@first{V1}/fork", json={"name": "fork"})
    here.post(f"{V1}/worlds", json={"name": "seeded", "seed": 9})
    for name, documents in (("fork", 2), ("seeded", 1)):
        content = exported(here, name)
        assert len(lines(content)) == 1 + documents, "the fixtures of the server are not carried along"
        assert imported(there, name, content).status_code == 201
        for mock in (here, there):
            mock.delete(f"/@{name}{V1}/state/meshmap/players/demo%2Fplayer-ada")
            mock.delete(f"/@{name}{V1}/faults")
            mock.post(f"/@{name}{V1}/reset")
        for path in ("/state/meshmap/players", "/state", "/faults"):
            assert here.get(f"/@{name}{V1}{path}").json() == there.get(f"/@{name}{V1}{path}").json(), path
        seeds = {world_of(mock, name).json()["seed"] for mock in (here, there)}
        assert len(seeds) == 1


def test_a_world_that_is_there_stays_unless_its_place_is_asked_for(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.delete("/@a/widgets/w1")
    content = exported(mock, "a")
    mock.delete("/@b/widgets/w2")
    refused = imported(mock, "b", content)
    assert (refused.status_code, "--replace" in refused.json()["detail"]) == (409, True)
    assert [row["id"] for row in mock.get("/@b/widgets").json()] == ["w1"]
    for name in ("b", "default"):
        assert imported(mock, name, content, "?replace=true").status_code == 201
        assert [row["id"] for row in mock.get(f"/@{name}/widgets").json()] == ["w2"]
    names = [one["name"] for one in mock.get(f"{V1}/worlds").json()["worlds"]]
    assert sorted(names) == ["a", "b", "default"]
    assert mock.get("/widgets").json() == mock.get("/@a/widgets").json()


def test_asking_for_a_world_that_is_not_there_does_not_make_it(mock: Mock) -> None:
    assert mock.get(f"{V1}/worlds/none/document").status_code == 404
    assert imported(mock, "none", b"{}").status_code == 400
    assert len(mock.get(f"{V1}/worlds").json()["worlds"]) == 1


HEAD = {
    "mockade_world": 1,
    "name": "a",
    "entries": 0,
    "generated": 0,
    "start": False,
    "snapshots": [],
    "faults": {"made": 0, "rules": []},
    "start_faults": {"made": 0, "rules": []},
}
RULE = {"id": 1, "rule": {"do": {"status": 503}}, "matched": 0, "applied": 0, "opened": None, "taken": 0}


def head(**changes: Any) -> bytes:
    return json.dumps({**HEAD, **changes}).encode() + b"\n"


def faults(*rules: Any, made: int = 1) -> Any:
    return {"made": made, "rules": list(rules)}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "A body is required"),
        (b"\n", "no world as `mockade world export` writes it"),
        (b"\xff\xfe", "no world as `mockade world export` writes it"),
        (b"[]\n", "no world as `mockade world export` writes it"),
        (b'{"apis": {}}\n', "mockade snapshot import"),
        (b'{"mockade": 1, "worlds": {}}', "no world as `mockade world export` writes it"),
        (head(mockade_world=2) + b"{}", "version 2 of the form, and this Mockade reads version 1"),
        (head(mockade_world=True) + b"{}", "version True"),
        (head(), "promises 1 documents"),
        (
            head(snapshots=["before"]) + b'{"apis": {}}\n',
            "promises 2 documents, a line each, and there are 1",
        ),
        (head(snapshots=["x", "x"]) + b'{"apis": {}}\n' * 3, "is cut, or was changed"),
        (head() + b'{"apis": {}}\n{"apis": {}}\n', "there are 2 lines"),
        (head() + b'{"apis": {"shop": {"widg', "is not JSON"),
        (head() + b'{"apis": {"shop": {"widgets": [{"id": 7}]}}}', "body/state/apis/shop/widgets/0/id"),
        (head() + b'{"apis": {"rallyhere": {}}}', "No API 'rallyhere' is served"),
        (head() + b'{"apis": []}', "body/state/apis"),
        (head(name="A/../b") + b'{"apis": {}}', "body/name"),
        (head(entries=-1) + b'{"apis": {}}', "body/entries"),
        (head(snapshots=["../x"]) + b'{"apis": {}}\n{"apis": {}}', "body/snapshots/0"),
        (head(more=1) + b'{"apis": {}}', "more"),
        (head(faults=faults(RULE, RULE)) + b'{"apis": {}}', "an id twice"),
        (head(faults=faults(RULE, made=0)) + b'{"apis": {}}', "beyond `made`"),
        (
            head(faults=faults({**RULE, "rule": {"match": {"api": "x"}, "do": {"status": 503}}})) + b"{}",
            "no API 'x'",
        ),
        (head(faults=faults({**RULE, "rule": {"do": {}}})) + b"{}", "body/faults/rules/0/rule/do"),
    ],
)
def test_what_is_no_world_of_this_server_is_told_and_makes_nothing(
    mock: Mock, content: bytes, expected: str
) -> None:
    answer = imported(mock, "new", content)
    assert answer.status_code == 400, answer.text
    assert expected in answer.text
    assert len(mock.get(f"{V1}/worlds").json()["worlds"]) == 1


def test_no_cut_of_an_export_is_taken_for_the_whole(mock: Mock) -> None:
    mock.post(f"/@a{V1}/snapshots", json={"name": "before"})
    content = exported(mock, "a")
    assert len(lines(content)) == 3
    whole = content.rstrip(b"\n")
    for end in range(len(whole)):
        assert imported(mock, "new", whole[:end]).status_code == 400, whole[:end]
    assert imported(mock, "new", whole).status_code == 201


def test_each_operation_answers_there_as_it_would_have_here(make_mock: Callable[..., Mock]) -> None:
    """All are called twice before and after."""
    here, there = make_mock(), make_mock()
    requests = [
        good_request(api, operation)
        for api in here.apis.values()
        for operation in api.contract.operations
        if api.answerers[operation.id].kind != "stub"
    ]
    for _ in range(2):
        for request in requests:
            request.send(here)
        here.advance(30)
    assert imported(there, "default", exported(here, "default"), "?replace=true").status_code == 201
    here.world.record("something", here.world.state)  # for the note of the import
    for _ in range(2):
        for request in requests:
            ours, theirs = request.send(here), request.send(there)
            assert ours.status_code == theirs.status_code, request
            assert ours.headers.multi_items() == theirs.headers.multi_items(), request
            assert ours.content == theirs.content, request
        here.advance(30)
        there.advance(30)
    assert here.get(f"{V1}/state").json() == there.get(f"{V1}/state").json()
