"""The log of a running server."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from mockade.cli import log
from mockade.cli.log import Log
from mockade.worlds.journal import Exchange
from tests.cli.commands import KEY, SESSIONS
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock


@pytest.fixture
def mock(make_mock: Callable[..., Mock]) -> Mock:
    return make_mock("meshmap")


def log_lines(mock: Mock, *, verbose: bool = False) -> list[str]:
    """The lines about the last request, without colours and the world's time."""
    first, *others = [click.unstyle(line) for line in Log(mock.apis, verbose=verbose).lines(mock.last)]
    time, line = first.split("  ", 1)
    assert re.fullmatch(r"20\d\d-\d\d-\d\dT\d\d:\d\d:[0-9.]{6}Z", time)
    return [line, *others]


def test_what_nobody_asked_for_is_one_line(mock: Mock) -> None:
    exchange = Exchange("", "", "default", api="shop", operation="sent", answered_by="timeline")
    exchange.reason = "POST http://localhost/\x1b[2J 200"
    (line,) = Log(mock.apis, verbose=True).lines(exchange)
    assert line.endswith(r"  timeline shop.sent  POST http://localhost/\x1b[2J 200")


def test_an_answered_request_is_one_line_with_who_answered(mock: Mock) -> None:
    mock.get(SESSIONS, headers=KEY)
    (line,) = log_lines(mock)
    assert line.startswith(f"GET {SESSIONS} 200  handler meshmap.listGameSessions  as demo  ")
    assert line.endswith(" ms")


@pytest.mark.parametrize("path", [SESSIONS, "/_mockade/v1/health"])
def test_a_line_begins_with_the_time_of_the_world(mock: Mock, path: str) -> None:
    now = {"mode": "frozen", "now": "2031-05-06T07:08:09.123Z"}
    mock.put("/_mockade/v1/worlds/default/clock", json=now)
    mock.get(path, headers=KEY)
    (line,) = Log(mock.apis).lines(mock.last)
    assert click.unstyle(line).startswith(f"2031-05-06T07:08:09.123Z  GET {path} 200  ")


def test_under_a_broken_request_stand_all_violations_and_where_the_contract_says_so(mock: Mock) -> None:
    mock.post(SESSIONS, headers=KEY, json={"status": "OVER", "name": 4})
    lines = log_lines(mock)
    assert lines[0].startswith(f"POST {SESSIONS} 400  engine meshmap.createGameSession")
    assert {line.split(":")[0] for line in lines[1:-1]} == {"    body /status", "    body /name"}
    assert all("specs/meshmap.yaml:" in line for line in lines[1:-1])
    assert lines[-1] == "    → Mend the request. What it may be: /_mockade/docs/meshmap/"


def test_under_a_401_stands_a_credential_that_would_do(mock: Mock) -> None:
    mock.get(SESSIONS)
    assert log_lines(mock)[-1] == "    → This one may: curl -H 'x-app-api-key: meshmap-demo-key'"


def test_under_a_401_of_an_open_scheme_stands_that_anything_will_do(serve: Callable[..., Mock]) -> None:
    spec = contract(crud("/widgets"), security=[{"key": []}]).replace(
        "components:\n", "components:\n  securitySchemes: {key: {type: http, scheme: bearer}}\n", 1
    )
    mock = serve(spec, WIDGETS)
    mock.get("/widgets")
    assert log_lines(mock)[-1] == "    → This one may: curl -H 'Authorization: Bearer anything'"
    mock.get("/widgets", token="s3cret")
    assert "s3cret" not in "".join(log_lines(mock, verbose=True))


def test_under_an_unknown_path_stands_the_nearest(mock: Mock) -> None:
    mock.get("/apps/game-session", headers=KEY)
    assert f"The nearest is GET {SESSIONS}.  [specs/meshmap.yaml:" in log_lines(mock)[1]
    assert log_lines(mock)[2] == "    → What is served: mockade routes meshmap"


def test_under_a_handlers_no_stands_its_sentence(mock: Mock) -> None:
    mock.get(f"{SESSIONS}/none", headers=KEY)
    lines = log_lines(mock)
    assert lines[1:] == ["    Game session not found"]


def test_a_fault_of_the_mock_blames_the_mock(
    home: Callable[..., Path], make_mock: Callable[..., Mock]
) -> None:
    spec = """
openapi: 3.0.3
info: {title: Game, version: "1"}
paths:
  /score:
    get:
      operationId: readScore
      responses:
        "200": {description: It., content: {application/json: {schema: {type: integer}}}}
"""
    handlers = "def read_score(call):\n    return 'high'\n"
    mock = make_mock(home=home(specs={"game.yaml": spec}, apis={"game.py": handlers}))
    mock.get("/score")
    lines = log_lines(mock)
    assert lines[0].startswith("GET /score 500  mockade")
    assert "Expected integer, got string 'high'." in "\n".join(lines)
    assert lines[-1] == "    → The request is not at fault: mend the handler, the fixtures or the contract."


def test_of_the_notices_about_an_operation_the_first_of_each_kind_is_told(mock: Mock) -> None:
    told = Log(mock.apis)
    counts = []
    for path, body in (
        (SESSIONS, {"nane": "a"}),
        (SESSIONS, {"nane": "b"}),
        (f"{SESSIONS}?x=1", {"nane": "c"}),
    ):
        mock.post(path, headers=KEY, json=body)
        counts.append(sum("notice: " in line for line in told.lines(mock.last)))
    assert counts == [1, 0, 1]


def test_verbose_tells_notices_and_changes(mock: Mock) -> None:
    mock.post(SESSIONS, headers=KEY, json={"nane": "Typo"})
    loud = log_lines(mock, verbose=True)
    assert [line.split(" ")[4] for line in loud[1:]] == ["notice:", "added"]
    assert '"status":"ACTIVE"' in loud[2]
    assert "'nane'" in loud[1]


def test_a_world_is_named_where_it_is_not_the_default(mock: Mock) -> None:
    mock.get(SESSIONS, headers={**KEY, "x-mockade-world": "match-7"})
    assert "  as demo  in match-7  " in log_lines(mock)[0]


def test_a_control_call_is_one_line(mock: Mock) -> None:
    mock.post("/_mockade/v1/reset")
    (line,) = log_lines(mock, verbose=True)
    assert line.startswith("POST /_mockade/v1/worlds/default/reset 200  control mockade.resetWorld  ")


def test_a_read_of_our_own_is_logged_once_in_a_while_and_all_of_them_with_verbose(
    mock: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(log, "monotonic", lambda: now[0])
    quiet, loud = Log(mock.apis), Log(mock.apis, verbose=True)

    def count(path: str) -> tuple[int, int]:
        mock.get(path, headers=KEY if path == SESSIONS else None)
        return len(list(quiet.lines(mock.last))), len(list(loud.lines(mock.last)))

    journal = "/_mockade/v1/journal"
    assert [count(f"{journal}?after={number}") for number in range(3)] == [(1, 1), (0, 1), (0, 1)]
    assert count("/_mockade/v1/health") == (1, 1)
    assert [count(f"/_mockade/{path}") for path in ("", "console/console.css")] == [(1, 1), (0, 1)]
    operations = [f"/_mockade/v1/apis/meshmap/operations/{name}" for name in ("getPlayer", "listPlayers")]
    assert [count(path) for path in operations] == [(1, 1), (0, 1)]
    assert [count(SESSIONS) for _ in range(2)] == [(1, 1), (1, 1)], "what the APIs answer is always told"
    assert count(f"{journal}?after=x")[0] == count(f"{journal}?after=x")[0] == 2, "and so is every no"
    now[0] += log.REPEAT_AFTER
    assert count(journal) == (1, 1)


def test_only_so_many_reads_are_remembered(mock: Mock) -> None:
    lines = Log(mock.apis)
    for number in range(log.MOST_READS + 10):
        assert len(list(lines.lines(Exchange("GET", f"/_mockade/{number}", "default", status=200)))) == 1
    assert len(lines._reads) == 10


def test_secrets_in_the_query_are_not_logged(serve: Callable[..., Mock]) -> None:
    scheme = {"key": {"type": "apiKey", "in": "query", "name": "api key"}}
    spec = contract(crud("/widgets"), security=[{"key": []}])
    spec = spec.replace("components:\n", f"components:\n  securitySchemes: {json.dumps(scheme)}\n")
    mock = serve(spec, f"credentials: {{key: {{s3cret: {{caller: ada}}}}}}\n{WIDGETS}")
    assert mock.get("/widgets?a=1&api+key=s3cret&b=2").status_code == 200
    line, *_ = log_lines(mock)
    assert line.startswith("GET /widgets?a=1&api+key=[redacted]&b=2 200  ")
    mock.get("/widgets?api%20key=wr0ng")
    assert "wr0ng" not in "".join(log_lines(mock, verbose=True))


def test_passwords_in_rows_are_not_logged(serve: Callable[..., Mock]) -> None:
    row = {
        "type": "object",
        "properties": {"id": {"type": "string"}, "pin": {"type": "string", "format": "password"}},
    }
    mock = serve(contract(crud("/widgets", row)), "widgets: [{id: w1, pin: before}]")
    assert mock.patch("/widgets/w1", json={"pin": "after"}).json()["pin"] == "after"
    said = "".join(log_lines(mock, verbose=True))
    assert "changed widgets w1" in said
    assert "before" not in said
    assert "after" not in said


@pytest.mark.parametrize("text", ["a\nGET /forged 200", "a\x1b[2J", "a\x9b2J", "a\u202eb"])
def test_what_a_caller_sent_cannot_forge_lines_or_steer_the_terminal(text: str) -> None:
    exchange = Exchange("GET", f"/{text}", "default", status=404, reason=f"No {text}.", answered_by="engine")
    lines = [click.unstyle(line) for line in Log({}).lines(exchange)]
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)
