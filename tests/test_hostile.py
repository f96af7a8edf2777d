"""What handlers, fixtures and modules may do wrong without taking the server, or the truth, with them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.catalogue.files import bundled, find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from mockade.validation.agreement import validate
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
HEAD = """
import asyncio, sys
from datetime import datetime
from mockade.handling import Collection, Refusal, Reply
collections = (Collection("widgets", holds="Widget"),)
"""


@pytest.mark.parametrize(
    "line",
    [
        "sys.exit(0)",
        "raise asyncio.CancelledError",
        "raise GeneratorExit",
        "raise ValueError(chr(0xd800))",
        "raise Refusal('400', 'a', 'b')",
        "raise Refusal(999, 'a', 'b')",
        "raise Refusal(404, 'a', 'b', headers={'X': 'a\\r\\nY: z'})",
        "return Reply({'id': 'a', 'name': 'b'}, 1000)",
        "return Reply({'id': 'a', 'name': 'b'}, 100)",
        "return Reply({'id': 'a', 'name': 'b'}, headers={'Content-Length': '3'})",
        "return Reply({'id': 'a', 'name': 'b'}, headers={'Transfer-Encoding': 'chunked'})",
        "return Reply({'id': 'a', 'name': 'b'}, headers={'Content-Type': 'text/html'})",
        "return {'id': 'a', 'name': 'b', 'size': datetime(2026, 1, 5)}",
    ],
)
def test_whatever_a_handler_does_is_told_as_our_fault_and_keeps_nothing(serve: Serve, line: str) -> None:
    code = (
        f"{HEAD}\ndef get_widgets_id(call, id):\n    call.rows('widgets').add({{'id': 'new', 'name': 'N'}})\n"
    )
    mock = serve(contract(crud("/widgets")), WIDGETS, f"{code}    {line}\n")
    before = mock.state
    answer = mock.get("/widgets/w1")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "The mock is at fault, not your request"
    assert mock.state is before


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("def on_start(call):\n    raise RuntimeError('no')", "RuntimeError: no"),
        ("def on_start(call):\n    call.set_event('x', 'y', 'abc')", "TypeError"),
        ("def on_start():\n    pass", "TypeError"),
        ("import sys\nsys.exit(0)", "SystemExit"),
        ("1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_module_that_cannot_be_set_up_stops_the_start_with_its_line(
    home: Callable[..., Path], module: str, words: str
) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": module})
    with pytest.raises(SetupError) as stopped:
        load_apis(find_files(folder))
    (finding,) = stopped.value.findings
    assert words in finding.message
    assert finding.place.file.endswith("shop.py")
    assert any(words in one.message for one in validate([folder]).findings)


@pytest.mark.parametrize(
    ("fault", "words"),
    [("next(iter(()))", "StopIteration"), ("1 / 0", "ZeroDivisionError: division by zero")],
)
def test_a_bug_of_a_handler_is_told_with_its_line(
    home: Callable[..., Path], make_mock: Serve, fault: str, words: str
) -> None:
    module = f"def get_widgets(call):\n    {fault}\n"
    mock = make_mock(home=home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": module}))
    answer = mock.get("/widgets")
    assert answer.status_code == 500
    assert re.fullmatch(rf"{words} \(in .*shop\.py:2(:\d+)?\)", answer.json()["detail"])


def changed(name: str, old: str, new: str) -> dict[str, Any]:
    text = (bundled("fixtures") / name).read_text(encoding="utf-8")
    assert old in text
    return {"fixtures": {name: text.replace(old, new)}}


def test_a_players_token_without_a_uuid_stops_the_start(home: Callable[..., Path]) -> None:
    folder = home(**changed("rallyhere.yaml", "    admin:", "    zoe: {}\n    admin:"))
    with pytest.raises(
        SetupError, match=r"rallyhere.yaml:\d+:\d+: A caller of HTTPBearer: 'caller-\w+' is no player's UUID"
    ):
        load_apis(find_files(folder, ["rallyhere"]))


def test_a_setting_past_all_measure_stops_the_start(home: Callable[..., Path]) -> None:
    folder = home(**changed("rallyhere.yaml", "seconds: 3600", "seconds: 99999999999999999"))
    with pytest.raises(SetupError, match="session_lifetime_seconds is at most"):
        load_apis(find_files(folder, ["rallyhere"]))


def test_a_lifetime_that_is_no_number_stops_the_start(home: Callable[..., Path]) -> None:
    folder = home(
        **changed("rallyhere.yaml", "session_id: party-1", "session_id: party-1\n    _lifetime: abc")
    )
    with pytest.raises(SetupError, match="The fixtures cannot be laid out"):
        load_apis(find_files(folder, ["rallyhere"]))


def test_a_team_that_a_new_session_lacks_is_refused_as_creating_documents_it(
    home: Callable[..., Path], make_mock: Serve
) -> None:
    folder = home(**changed("rallyhere.yaml", "unknown_team_status: 403", "unknown_team_status: 404"))
    mock = make_mock("rallyhere", home=folder)
    settings = {"client_version": "1.0.0", "client_settings": {"platform": "Steam", "input": "touch"}}
    body = {**settings, "session_type": "party", "player": {**settings, "team_id": 9}}
    answer = mock.post("/session/v1/session", token="ada", json=body)
    assert (answer.status_code, answer.json()["error_code"]) == (403, "team_not_found")


def test_a_thousand_violations_are_enough(serve: Serve) -> None:
    many = {"type": "object", "properties": {"n": {"type": "array", "items": {"type": "integer"}}}}
    mock = serve(contract(crud("/widgets", given=many)))
    answer = mock.post("/widgets", json={"n": ["x"] * 50_000})
    assert answer.status_code == 400
    assert len(answer.json()["violations"]) == 1000


def test_a_bodiless_answer_has_no_length(make_mock: Serve) -> None:
    mock = make_mock("rallyhere")
    tag = mock.get("/session/v1/session/casual-1", token="ben").headers["etag"]
    answer = mock.get("/session/v1/session/casual-1", token="ben", headers={"if-none-match": tag})
    assert answer.status_code == 304
    assert "content-length" not in answer.headers
