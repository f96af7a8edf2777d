"""Snapshots over HTTP: kept, gone back to, taken away as a document, and brought in again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from mockade.control import snapshots
from mockade.snapshots import reader
from tests.contracts import contract, crud
from tests.harness import NOON, Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
SNAPSHOTS = f"{V1}/snapshots"
PROBLEM = "application/problem+json"
YAML = {"content-type": "application/yaml"}


@pytest.fixture
def games(make_mock: Callable[..., Mock]) -> Mock:
    """All bundled APIs, with a session that will expire, a row that is gone and a minted player."""
    mock = make_mock()
    key = {"x-app-api-key": "meshmap-demo-key"}
    body = {
        "session_type": "duel",
        "client_version": "1.0.0",
        "client_settings": {"platform": "Steam", "input": "gamepad"},
    }
    assert mock.post("/session/v1/session", token="ada", json=body).status_code == 200
    assert mock.post("/apps/game-sessions", json={"status": "ACTIVE"}, headers=key).status_code == 201
    assert mock.delete(f"{V1}/state/meshmap/players/demo%2Fplayer-ben").status_code == 204
    mock.advance(1.5)
    return mock


def ids(mock: Mock) -> list[str]:
    return [row["id"] for row in mock.get("/widgets").json()]


def noted(mock: Mock) -> list[str]:
    entries = mock.get(f"{V1}/journal").json()["exchanges"]
    return [one["operation"] for one in entries if one["answered_by"] == "control"]


def taken(mock: Mock, name: str = "now", **query: Any) -> Any:
    mock.post(SNAPSHOTS, json={"name": name})
    return mock.get(f"{SNAPSHOTS}/{name}", params=query)


def test_a_world_goes_back_to_its_snapshot_and_the_journal_notes_all_of_it(mock: Mock) -> None:
    made = mock.post(SNAPSHOTS, json={"name": "full"})
    assert (made.status_code, made.json()) == (
        201,
        {"name": "full", "time": "2026-01-05T12:00:00.000Z", "rows": 2},
    )
    mock.delete("/widgets/w1")
    mock.post(SNAPSHOTS, json={"name": "half"})
    assert [one["rows"] for one in mock.get(SNAPSHOTS).json()["snapshots"]] == [2, 1]
    assert mock.post(f"{SNAPSHOTS}/full/restore").json()["rows"] == 2
    assert ids(mock) == ["w1", "w2"]
    assert mock.post(f"{SNAPSHOTS}/half/restore").json()["rows"] == 1
    assert ids(mock) == ["w2"]
    assert mock.delete(f"{SNAPSHOTS}/half").status_code == 204
    assert noted(mock) == ["takeSnapshot"] * 2 + ["restoreSnapshot"] * 2 + ["deleteSnapshot"]


def test_snapshots_are_their_worlds_own_and_outlive_a_reset(mock: Mock) -> None:
    mock.delete("/@a/widgets/w1")
    mock.post(f"{V1}/worlds/a/snapshots", json={"name": "s"})
    assert mock.get(SNAPSHOTS).json() == {"snapshots": []}
    mock.post(f"{V1}/worlds/a/reset")
    assert mock.post(f"{V1}/worlds/a/snapshots/s/restore").json()["rows"] == 1
    assert mock.post(f"{V1}/worlds/a/fork", json={"name": "b", "snapshot": "s"}).json()["rows"] == 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        *((method, "/nope", 404) for method in ("GET", "DELETE")),
        ("POST", "/nope/restore", 404),
        *((method, "/UP", 400) for method in ("GET", "DELETE", "PUT")),
        ("POST", "/UP/restore", 400),
        ("POST", "", 400),
        ("GET", "/s?format=xml", 400),
        ("GET", "/s?secrets=perhaps", 400),
    ],
)
def test_a_snapshot_that_is_not_there_or_cannot_be_is_refused(
    mock: Mock, method: str, path: str, status: int
) -> None:
    mock.post(SNAPSHOTS, json={"name": "s"})
    answer = mock.request(method, SNAPSHOTS + path, json={} if method in ("POST", "PUT") else None)
    assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_a_name_is_taken_once_and_a_world_keeps_so_many(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "MOST_KEPT", 2)
    assert [mock.post(SNAPSHOTS, json={"name": name}).status_code for name in "aab"] == [201, 409, 201]
    for full in (mock.post(SNAPSHOTS, json={"name": "c"}), mock.put(f"{SNAPSHOTS}/c", json={"apis": {}})):
        assert full.status_code == 409
        assert "Delete some" in full.json()["detail"]
    assert mock.put(f"{SNAPSHOTS}/a", json={"apis": {}}).status_code == 200
    assert [one["name"] for one in mock.get(SNAPSHOTS).json()["snapshots"]] == ["b", "a"]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_what_is_taken_away_and_brought_in_is_the_same(games: Mock, form: str) -> None:
    document = taken(games, secrets=True, format=form)
    headers = {"content-type": document.headers["content-type"]}
    assert headers["content-type"].startswith(f"application/{form}")
    brought = games.put(f"{SNAPSHOTS}/again", content=document.content, headers=headers)
    assert brought.status_code == 201, brought.json()
    again = games.get(f"{SNAPSHOTS}/again", params={"secrets": True, "format": form})
    assert again.content == document.content
    assert b"timeline" in document.content
    assert b"meshmap-demo-key" in document.content


def test_ids_and_the_future_are_the_same_after_a_document_as_without_it(games: Mock) -> None:
    document = taken(games, format="yaml")
    games.put(f"{SNAPSHOTS}/again", content=document.content, headers=YAML)
    key = {"x-app-api-key": "meshmap-demo-key"}
    came = []
    for name in ("now", "again"):
        games.post(f"{SNAPSHOTS}/{name}/restore")
        made = games.post("/apps/game-sessions", json={"status": "ACTIVE"}, headers=key).json()
        games.post(f"{V1}/clock/advance", json={"by": "2h"})
        entries = games.get(f"{V1}/journal").json()["exchanges"]
        came.append((made, [one["operation"] for one in entries].count("session_expires")))
    assert (came[0][0], came[0][1] + 1) == (came[1][0], came[1][1])


def test_an_id_that_is_counted_on_goes_on_counting(serve: Serve) -> None:
    schema = {"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}}
    mock = serve(contract(crud("/widgets", schema, {"type": "object"})), "widgets: [{id: 1}]")
    assert mock.post("/widgets", json={}).json() == {"id": 2}
    mock.delete("/widgets/2")
    document = taken(mock).json()
    assert document["births"] == {"shop": {"widgets": 2}}
    mock.put(f"{SNAPSHOTS}/again", json=document)
    mock.post(f"{SNAPSHOTS}/again/restore")
    assert mock.post("/widgets", json={}).json() == {"id": 3}


def test_a_document_has_the_fixtures_form(mock: Mock) -> None:
    mock.patch(f"{V1}/state/shop/widgets/w1", json={"_owner": "ada"})
    assert taken(mock, format="yaml").text == (
        "mockade: 1\nseed: 0\ndraws: 0\nclock:\n  mode: frozen\n"
        '  now: "2026-01-05T12:00:00.000Z"\ntaken: "2026-01-05T12:00:00.000Z"\n'
        "timeline: []\napis:\n  shop:\n    widgets:\n"
        "      - id: w1\n        name: One\n        _owner: ada\n"
        "      - id: w2\n        name: Two\n        size: 2\n"
    )


def test_secrets_are_left_out_unless_asked_for(serve: Serve) -> None:
    schema = {
        "type": "object",
        "required": ["id"],
        "properties": {"id": {"type": "string"}, "pin": {"type": "string", "format": "password"}},
    }
    security = {"securitySchemes": {"Key": {"type": "http", "scheme": "bearer"}}}
    spec = contract(crud("/widgets", schema))
    spec += "security: [{Key: []}]\n"
    spec = spec.replace(
        "components:\n", f"components:\n  securitySchemes: {security['securitySchemes']}\n", 1
    )
    mock = serve(spec, "credentials: {Key: {s3cret: {caller: ada}}}\nwidgets: [{id: w1, pin: '1234'}]")
    hidden = taken(mock)
    assert b"s3cret" not in hidden.content
    assert hidden.json()["apis"]["shop"] == {"widgets": [{"id": "w1", "pin": "[redacted]"}]}
    shown = mock.get(f"{SNAPSHOTS}/now?secrets=true").json()["apis"]["shop"]
    assert shown["credentials"] == {"Key": {"s3cret": {"caller": "ada", "unrestricted": True}}}
    assert shown["widgets"] == [{"id": "w1", "pin": "1234"}]
    mock.put(f"{SNAPSHOTS}/again", json=hidden.json())
    mock.post(f"{SNAPSHOTS}/again/restore")
    assert mock.get("/widgets", token="s3cret").status_code == 200, "credentials are those of the fixtures"


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        ({"mode": "real"}, {"mode": "real"}),
        (
            {"mode": "frozen", "now": "2030-01-01T00:00:00.000001Z"},
            {"mode": "frozen", "now": "2030-01-01T00:00:00.000001Z"},
        ),
        (
            {"mode": "frozen", "now": "2030-01-01T01:00:00+01:00"},
            {"mode": "frozen", "now": "2030-01-01T00:00:00.000Z"},
        ),
    ],
)
def test_a_clock_comes_in_and_goes_out(mock: Mock, clock: dict[str, Any], told: dict[str, Any]) -> None:
    assert mock.put(f"{SNAPSHOTS}/s", json={"apis": {}, "clock": clock}).status_code == 201
    assert mock.get(f"{SNAPSHOTS}/s").json()["clock"] == told


def test_a_clock_that_runs_goes_on_from_its_moment(mock: Mock) -> None:
    clock = {"mode": "real", "now": "2030-01-01T00:00:00Z", "rate": 60.0}
    mock.put(f"{SNAPSHOTS}/s", json={"apis": {}, "clock": clock})
    told = mock.get(f"{SNAPSHOTS}/s").json()["clock"]
    assert (told["mode"], told["rate"], told["now"][:10]) == ("real", 60.0, "2030-01-01")


def test_a_snapshots_time_is_when_it_was_taken_whatever_its_clock_shows_now(mock: Mock) -> None:
    mock.put(f"{V1}/clock", json={"mode": "real", "now": "2026-01-05T12:00:00Z", "rate": 1_000_000})
    made = mock.post(SNAPSHOTS, json={"name": "a"}).json()
    document = mock.get(f"{SNAPSHOTS}/a").json()
    mock.put(f"{SNAPSHOTS}/again", json=document)
    times = [one["time"] for one in mock.get(SNAPSHOTS).json()["snapshots"]]
    assert times == [made["time"]] * 2
    mock.post(f"{SNAPSHOTS}/a/restore")
    later = mock.post(SNAPSHOTS, json={"name": "later"}).json()["time"]
    assert later > made["time"]


def test_what_a_document_does_not_say_is_as_at_the_start(games: Mock) -> None:
    row = {"session_type": "quick", "num_teams": 1, "players_per_team": 2}
    answer = games.put(f"{SNAPSHOTS}/s", json={"apis": {"rallyhere": {"templates": [row]}}})
    assert answer.status_code == 201, answer.json()
    games.post(f"{SNAPSHOTS}/s/restore")
    state = games.get(f"{V1}/state").json()
    assert (state["rallyhere"]["templates"], state["rallyhere"]["sessions"]) == (1, 0)
    assert state["meshmap"]["players"] == 3
    assert games.get("/session/v1/session/casual-1", token="ada").status_code == 404
    assert games.state.clock.mode == "real"


def test_rows_without_a_timeline_begin_as_fixtures_do(games: Mock) -> None:
    document = taken(games).json()
    del document["timeline"]
    for session in document["apis"]["rallyhere"]["sessions"]:
        session["_lifetime"] = 60
    document["apis"] = {"rallyhere": document["apis"]["rallyhere"]}
    games.put(f"{SNAPSHOTS}/s", json=document)
    games.post(f"{SNAPSHOTS}/s/restore")
    first = games.state.timeline.next()
    assert first is not None
    assert first[0] == NOON + 1.5 + 60


def bad(**more: Any) -> dict[str, Any]:
    return {"apis": {}, **more}


@pytest.mark.parametrize(
    ("document", "pointer", "sentence"),
    [
        ({}, "/apis", "required"),
        ([], "", "object"),
        (bad(mockade=2), "/mockade", "1"),
        (bad(extra=1), "/extra", "not allowed"),
        (bad(draws=-1), "/draws", "at least 0"),
        (bad(seed="x"), "/seed", "integer"),
        (bad(clock={"mode": "frozen", "now": "soon"}), "/clock/now", "date-time"),
        (bad(clock={"mode": "frozen", "now": "9999-12-31T23:59:59-23:00"}), "/clock/now", "It is from 0001"),
        (bad(clock={"mode": "frozen", "rate": 2.0}), "/clock", "A frozen clock has no rate"),
        (bad(apis={"shpo": {}}), "/apis/shpo", "Did you mean 'shop'?"),
        (bad(apis={"shop": {"wigdets": []}}), "/apis/shop/wigdets", "Did you mean 'widgets'?"),
        (bad(apis={"shop": {"widgets": {}}}), "/apis/shop/widgets", "array"),
        (bad(apis={"shop": {"widgets": [3]}}), "/apis/shop/widgets/0", "object"),
        (bad(apis={"shop": {"widgets": [{"id": "a"}]}}), "/apis/shop/widgets/0/name", "required"),
        (
            bad(apis={"shop": {"widgets": [{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]}}),
            "/apis/shop/widgets/1",
            "two rows with the key 'a'",
        ),
        (bad(apis={"shop": {"behaviour": {"a": 1}}}), "/apis/shop/behaviour", "fixtures/shop.yaml"),
        (bad(apis={"shop": {"credentials": 3}}), "/apis/shop/credentials", "by security scheme"),
        (
            bad(apis={"shop": {"credentials": {"Key": {"s3cret": 3}}}}),
            "/apis/shop/credentials/Key",
            "`permissions` is a list",
        ),
        (
            bad(apis={"shop": {"credentials": {"Key": {"s3cret": {}}}}}),
            "/apis/shop/credentials/Key",
            "no security",
        ),
        (bad(timeline=[{}]), "/timeline/0/at", "required"),
        (
            bad(timeline=[{"at": "x", "api": "shop", "action": "a", "key": "k"}]),
            "/timeline/0/at",
            "date-time",
        ),
        (
            bad(timeline=[{"at": "2026-01-01T00:00:00Z", "api": "shpo", "action": "a", "key": "k"}]),
            "/timeline/0/api",
            "Did you mean 'shop'?",
        ),
        (
            bad(timeline=[{"at": "2026-01-01T00:00:00Z", "api": "shop", "action": "a", "key": "k"}]),
            "/timeline/0/action",
            "Nothing called 'a' happens in shop",
        ),
        (bad(births={"shop": {"wigdets": 3}}), "/births/shop/wigdets", "no 'wigdets'"),
    ],
)
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_document_that_does_not_fit_is_told_with_the_place(
    mock: Mock, document: Any, pointer: str, sentence: str, form: str
) -> None:
    before = mock.state
    headers = {"content-type": f"application/{form}"}
    answer = mock.put(f"{SNAPSHOTS}/s", content=orjson.dumps(document), headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    told = [one["message"] for one in answer.json()["violations"] if one["pointer"] == pointer]
    assert sentence in " ".join(told)
    assert b"s3cret" not in answer.content
    assert mock.get(SNAPSHOTS).json() == {"snapshots": []}
    assert mock.state is before
    assert len(mock.world.journal) == 0


def test_all_faults_of_a_document_are_told_at_once(mock: Mock) -> None:
    rows = [{"id": "a", "name": 3}, {"id": "b", "name": "x", "size": "big"}]
    document = {"apis": {"shop": {"widgets": rows}, "shpo": {}}, "births": {"x": {"y": 1}}}
    answer = mock.put(f"{SNAPSHOTS}/s", json=document)
    violations = answer.json()["violations"]
    assert {one["pointer"] for one in violations} == {
        "/apis/shpo",
        "/apis/shop/widgets/0/name",
        "/apis/shop/widgets/1/size",
        "/births/x/y",
    }
    assert any("specs/shop.yaml:" in one["contract"] for one in violations)


def test_why_rows_do_not_fit_is_looked_for_as_long_as_there_is_time(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "REASON_SECONDS", -1.0)
    rows = [{"id": "a", "name": "fits"}, {"id": "b", "name": 3}, {"id": "c", "name": 3}]
    answer = mock.put(f"{SNAPSHOTS}/s", json={"apis": {"shop": {"widgets": rows}}})
    assert [one["pointer"] for one in answer.json()["violations"]] == ["/apis/shop/widgets/1/name"]
    assert mock.put(f"{SNAPSHOTS}/s", json={"apis": {"shop": {"widgets": rows[:1]}}}).status_code < 300


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("apis: {}\napis: {}", "body:2:1: This is not YAML: the key 'apis' stands here twice"),
        ("apis: [", "This is not YAML"),
        ("a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
            f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]\n" for a, b in zip("abcdefg", "bcdefgh", strict=True)
        ), "aliases"),
        ("apis: " + "[" * 500 + "]" * 500, "levels deep"),
        ("&a {apis: *a}", "contains itself"),
        ("3: {}", "not allowed"),
        ("", "A body is required"),
        ("# nothing", "object"),
        ("just text", "object"),
        ("apis: {}  # \udcff", "not UTF-8"),
    ],
)  # fmt: skip
def test_yaml_that_cannot_be_read_is_a_clear_400(
    mock: Mock, monkeypatch: pytest.MonkeyPatch, text: str, sentence: str
) -> None:
    # The bound itself is tried where YAML is read: to come to it takes seconds.
    monkeypatch.setattr("mockade.contract.yaml_reader.LARGEST", 20_000)
    answer = mock.put(f"{SNAPSHOTS}/s", content=text.encode(errors="surrogateescape"), headers=YAML)
    assert answer.status_code == 400
    assert sentence in answer.json()["detail"]


def test_a_document_of_another_kind_is_a_415(mock: Mock) -> None:
    answer = mock.put(f"{SNAPSHOTS}/s", content=b"<x/>", headers={"content-type": "application/xml"})
    assert answer.status_code == 415


def test_what_on_start_cannot_make_anything_of_is_refused(serve: Serve) -> None:
    module = (
        "def on_start(call):\n    for row in call.rows('widgets'):\n        row.beside['owner'].upper()\n"
    )
    mock = serve(contract(crud("/widgets")), "widgets: [{id: w1, name: One, _owner: ada}]", module)
    answer = mock.put(f"{SNAPSHOTS}/s", json={"apis": {"shop": {"widgets": [{"id": "a", "name": "x"}]}}})
    assert answer.status_code == 400
    assert "on_start can make nothing of these rows: KeyError" in answer.json()["detail"]


def test_a_snapshot_that_is_brought_in_may_be_larger_than_any_other_body(make_mock: Serve) -> None:
    mock = make_mock(max_body=1000)
    large = {"apis": {}, "info": "x" * 2000}
    assert mock.put(f"{SNAPSHOTS}/large", json=large).status_code != 413
    assert mock.post(SNAPSHOTS, json={"name": "x" * 2000}).status_code == 413
    (put,) = (one for one in mock.own.operations if one.id == "putSnapshot")
    assert put.max_body == 256 * 1024 * 1024
