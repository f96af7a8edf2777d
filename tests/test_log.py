"""What a running server says: safe to print, with the reason of each no and what to do about it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import httpx
import pytest

from mockade import catalogue
from mockade.journal import Exchange
from mockade.log import curl_line, introduction, request_lines
from mockade.switchboard import Switchboard
from tests.harness import Mock
from tests.servers import Server

KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"


@pytest.fixture
def mock(make_mock: Callable[..., Mock]) -> Mock:
    return make_mock("meshmap")


def told(mock: Mock, *, verbose: bool = False) -> list[str]:
    """The lines about the last request, without colours."""
    return [click.unstyle(line) for line in request_lines(mock.last, mock.apis, verbose=verbose)]


def pasted(line: str) -> httpx.Request:
    """The request that a curl line makes."""
    words = iter(shlex.split(line))
    assert next(words) == "curl"
    headers, body, url = {}, None, ""
    for word in words:
        if word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            body = next(words).encode()
        elif not word.startswith("-"):
            url = word
    return httpx.Request("POST" if body else "GET", url, headers=headers, content=body)


def test_an_answered_request_is_one_line_with_who_answered(mock: Mock) -> None:
    mock.get(SESSIONS, headers=KEY)
    (line,) = told(mock)
    assert line.startswith(f"GET {SESSIONS} 200  handler meshmap.listGameSessions  as demo  ")
    assert line.endswith(" ms")


def test_under_a_broken_request_stand_all_violations_and_where_the_contract_says_so(mock: Mock) -> None:
    mock.post(SESSIONS, headers=KEY, json={"status": "OVER", "name": 4})
    lines = told(mock)
    assert lines[0].startswith(f"POST {SESSIONS} 400  engine meshmap.createGameSession")
    assert {line.split(":")[0] for line in lines[1:-1]} == {"    body /status", "    body /name"}
    assert all("specs/meshmap.yaml:" in line for line in lines[1:-1])
    assert lines[-1] == "    → Mend the request. What it may be: /_mockade/docs/meshmap/"


def test_under_a_401_stands_a_credential_that_would_do(mock: Mock) -> None:
    mock.get(SESSIONS)
    assert told(mock)[-1] == "    → This one may: curl -H 'x-app-api-key: meshmap-demo-key'"


def test_under_an_unknown_path_stands_the_nearest(mock: Mock) -> None:
    mock.get("/apps/game-session", headers=KEY)
    assert told(mock)[1].endswith(f"The nearest is GET {SESSIONS}.")
    assert told(mock)[2] == "    → What is served: mockade routes meshmap"


def test_under_a_handlers_no_stands_its_sentence(mock: Mock) -> None:
    mock.get(f"{SESSIONS}/none", headers=KEY)
    lines = told(mock)
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
    lines = told(mock)
    assert lines[0].startswith("GET /score 500  mockade")
    assert "Expected integer, got string 'high'." in "\n".join(lines)
    assert lines[-1] == "    → The request is not at fault: mend the handler, the fixtures or the contract."


def test_verbose_tells_notices_and_changes(mock: Mock) -> None:
    mock.post(SESSIONS, headers=KEY, json={"nane": "Typo"})
    quiet, loud = told(mock), told(mock, verbose=True)
    assert len(quiet) == 1
    assert [line.split(" ")[4] for line in loud[1:]] == ["notice:", "added"]
    assert "'nane'" in loud[1]


@pytest.mark.parametrize("text", ["a\nGET /forged 200", "a\x1b[2J", "a\x9b2J", "a\u202eb"])
def test_what_a_caller_sent_cannot_forge_lines_or_steer_the_terminal(text: str) -> None:
    exchange = Exchange("GET", f"/{text}", "default", status=404, reason=f"No {text}.", answered_by="engine")
    lines = [click.unstyle(line) for line in request_lines(exchange, {})]
    assert len(lines) == 2
    assert all(line.isprintable() for line in lines)


def test_the_introduction_names_base_urls_credentials_and_a_curl_line() -> None:
    apis = catalogue.load(catalogue.find(names=["meshmap"]))
    lines = [click.unstyle(line) for line in introduction(apis, Switchboard(apis).bases, "http://host:1")]
    assert lines[0] == f"meshmap  MeshMap Core API, {len(apis['meshmap'].contract.operations)} operations"
    assert lines[1] == "  base URL   http://host:1/api/v1 or http://host:1"
    assert lines[2].startswith("  AppApiKey  meshmap-demo-key (demo)")
    assert lines[3].startswith(
        "  try        curl -s -H 'x-app-api-key: meshmap-demo-key' http://host:1/api/v1/"
    )
    assert lines[-1] == "Docs: http://host:1/_mockade/docs/"


@pytest.mark.parametrize("name", sorted(catalogue.find()))
def test_the_curl_line_of_every_bundled_api_is_answered(make_mock: Callable[..., Mock], name: str) -> None:
    mock = make_mock(name)
    request = pasted(curl_line(mock.apis[name], "http://localhost"))
    answer = mock.request(request.method, request.url.path, headers=request.headers, content=request.content)
    assert answer.is_success, answer.text


@pytest.fixture(scope="module")
def deaf() -> Iterator[Server]:
    with Server("meshmap", deaf=True) as one:
        yield one


def test_a_reader_that_stops_reading_stops_neither_the_server_nor_its_end(deaf: Server) -> None:
    path = f"{SESSIONS}/{'a' * 4000}"
    with httpx.Client(base_url=deaf.url, headers=KEY) as client:
        answers = {client.get(path).status_code for _ in range(200)}  # a pipe holds 64 KiB, this is 1.6 MB
    assert answers == {404}
    assert deaf.stop() == (0, "")


def test_a_reader_that_has_gone_stops_neither_the_server_nor_its_end() -> None:
    with Server("meshmap", deaf=True) as one:
        assert one.process.stdout is not None
        one.process.stdout.close()
        answers = {one.request("GET", SESSIONS, headers=KEY).status_code for _ in range(3)}
        code, complaint = one.stop()
    assert answers == {200}
    assert (code, complaint) == (0, "")


def test_an_output_that_cannot_show_a_character_shows_its_number(home: Callable[..., Path]) -> None:
    spec = {"openapi": "3.0.3", "info": {"title": "Spiel ✓", "version": "1"}, "paths": {}}
    folder = home(specs={"game.json": json.dumps(spec)})
    with Server("--home", str(folder), env={"PYTHONIOENCODING": "cp1252"}) as one:
        assert one.lines[0] == "game  Spiel \\u2713, 0 operations"
