"""Faults: what a request gets that meets a rule, and what a rule is to a world."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
import pytest

from mockade.cli.log import Log
from mockade.server import connection
from mockade.worlds.faults import FaultAction
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock, fault_at
from tests.test_readme import DOCS, curl_lines, send

Serve = Callable[..., Mock]
KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"
FAULTS = "/_mockade/v1/faults"
TEAPOT = FaultAction(status=418)


@pytest.fixture
def shop(serve: Serve) -> Mock:
    return serve(contract(crud("/widgets")), WIDGETS)


def test_a_status_is_answered_instead_of_asking_anybody_and_changes_nothing(shop: Mock) -> None:
    before = shop.state
    fault_at(shop, {"status": 503})
    answer = shop.post("/widgets", content=b"no JSON")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["title"] == "Service Unavailable"
    assert answer.headers["content-type"] == "application/problem+json"
    assert shop.state is before
    assert (shop.last.answered_by, shop.last.status, shop.last.changes) == ("fault", 503, ())
    assert shop.last.reason == "Fault 1 answered 503 instead of asking anybody."
    assert answer.headers["x-mockade-exchange"] == str(shop.last.id)


@pytest.mark.parametrize(
    ("do", "seconds"),
    [
        ({"status": 429}, "1"),
        ({"status": 503, "retry_after": 0}, "0"),
        ({"status": 500, "retry_after": 7}, "7"),
        ({"status": 500}, None),
    ],
)
def test_retry_after_goes_with_429_and_503_or_where_the_rule_says_it(
    shop: Mock, do: dict[str, Any], seconds: str | None
) -> None:
    fault_at(shop, do)
    answer = shop.get("/widgets")
    assert (answer.status_code, answer.headers.get("retry-after")) == (do["status"], seconds)


def test_a_status_that_is_no_error_and_not_documented_has_no_body(shop: Mock) -> None:
    for status in (202, 204, 205, 302, 304, 299):
        shop.delete(FAULTS)
        fault_at(shop, {"status": status})
        answer = shop.get("/widgets")
        assert (answer.status_code, answer.content) == (status, b"")


def test_the_control_api_and_what_is_refused_before_meet_no_fault(shop: Mock, make_mock: Serve) -> None:
    fault_at(shop, {"status": 500})
    assert shop.get(FAULTS).json()["faults"][0]["matched"] == 0
    assert shop.get("/_mockade/v1/health").status_code == 200
    assert shop.get("/nowhere").status_code == 404
    guarded = make_mock("meshmap")
    fault_at(guarded, {"status": 500})
    assert guarded.get(SESSIONS).status_code == 401
    assert guarded.get(SESSIONS, headers=KEY).status_code == 500


def test_ids_and_rows_are_the_same_with_faults_and_without(serve: Serve) -> None:
    made = []
    for do in (None, {"status": 500}):
        mock = serve(contract(crud("/widgets")), WIDGETS)
        if do:
            fault_at(mock, do, match={"probability": 0.5})
        answers_ = [mock.post("/widgets", json={"name": "x"}) for _ in range(12)]
        made.append([one.json()["id"] for one in answers_ if one.status_code == 201])
    assert 0 < len(made[1]) < 12
    assert made[0][: len(made[1])] == made[1]


def test_two_runs_of_one_seed_give_the_same_bytes_and_the_same_journal(serve: Serve) -> None:
    runs = []
    for seed in (4, 4, 5):
        mock = serve(contract(crud("/widgets")), WIDGETS, seed=seed)
        fault_at(mock, {"status": 503}, match={"probability": 0.4})
        fault_at(mock, {"delay_ms": 1}, match={"operation": "get_widgets", "nth": 2})
        sent = [mock.post("/widgets", json={"name": "x"}) for _ in range(10)]
        sent += [mock.get("/widgets") for _ in range(5)]
        journal = mock.get("/_mockade/v1/journal?format=ndjson").content
        runs.append([(one.status_code, one.headers.raw, one.content) for one in sent] + [journal])
    assert runs[0] == runs[1]
    assert runs[0] != runs[2]


def test_a_fault_is_one_world_s_alone(shop: Mock) -> None:
    answer = shop.post("/_mockade/v1/worlds/a/faults", json={"do": {"status": 500}})
    assert answer.status_code == 201
    assert shop.get("/@a/widgets").status_code == 500
    assert shop.get("/widgets").status_code == shop.get("/@b/widgets").status_code == 200
    assert shop.get("/_mockade/v1/worlds/b/faults").json() == {"faults": []}


@pytest.mark.parametrize("prefix", ["", "/@a", "/%40a", "/@%61"])
def test_a_path_is_matched_without_the_prefix_that_chooses_a_world(shop: Mock, prefix: str) -> None:
    rule = {"match": {"path": "/widgets/w 1*"}, "do": {"status": 503}}
    assert shop.post(f"{prefix}/_mockade/v1/faults", json=rule).status_code == 201
    for path, status in (("/widgets/w%201", 503), ("/widgets/w%2012?x=1", 503), ("/widgets/w1", 200)):
        assert shop.get(f"{prefix}{path}").status_code == status, path


def test_a_reset_brings_back_the_rules_of_the_start_and_a_fork_begins_with_those_of_now(shop: Mock) -> None:
    fault_at(shop, {"status": 500}, count=2)
    assert shop.get("/widgets").status_code == 500
    shop.post("/_mockade/v1/fork", json={"name": "fork"})
    codes = [shop.get(f"{prefix}/widgets").status_code for prefix in ("", "", "/@fork", "/@fork")]
    assert codes == [500, 200, 500, 200]
    shop.post("/_mockade/v1/worlds/fork/reset")
    assert [shop.get("/@fork/widgets").status_code for _ in range(2)] == [500, 200]
    shop.post("/_mockade/v1/reset")
    assert shop.get(FAULTS).json() == {"faults": []}
    assert shop.get("/widgets").status_code == 200


def test_a_rewind_leaves_the_rules_as_they_are(shop: Mock) -> None:
    shop.delete("/widgets/w1")
    fault_at(shop, {"status": 500}, count=1)
    assert shop.get("/widgets").status_code == 500
    shop.post("/_mockade/v1/journal/1/rewind")
    (rule,) = shop.get(FAULTS).json()["faults"]
    assert (rule["matched"], rule["applied"]) == (1, 1)


def test_a_delay_waits_and_then_the_request_is_answered_as_ever(
    shop: Mock, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited = []

    async def sleep(seconds: float) -> None:
        waited.extend([seconds] if seconds else [])

    monkeypatch.setattr(connection.asyncio, "sleep", sleep)
    fault_at(shop, {"delay_ms": 1500}, match={"nth": 1})
    fault_at(shop, {"delay_ms": 250, "status": 503}, match={"nth": 2})
    assert shop.delete("/widgets/w1").status_code == 204
    assert (shop.last.answered_by, len(shop.last.changes)) == ("fault", 1)
    assert shop.last.reason == "Fault 1 waited 1500 ms. Answered by shape."
    assert shop.get("/widgets").status_code == 503
    assert shop.last.reason == "Fault 2 waited 250 ms and answered 503 instead of asking anybody."
    assert shop.get("/widgets").status_code == 200
    assert waited == [1.5, 0.25]


def test_who_refused_a_delayed_request_is_still_told_and_a_bug_stays_a_bug(serve: Serve) -> None:
    handlers = "def post_widgets(call, body):\n    return {'no': 'widget'}\n"
    mock = serve(contract(crud("/widgets")), WIDGETS, handlers)
    fault_at(mock, {"delay_ms": 0})
    assert mock.post("/widgets", json={"name": 3}).status_code == 400
    assert (
        mock.last.reason
        == "Fault 1 waited 0 ms. Answered by engine. body/name: Expected string, got integer 3."
    )
    assert mock.last.violations
    assert mock.post("/widgets", json={"name": "x"}).status_code == 500
    assert mock.last.answered_by == "mockade"
    assert mock.last.reason.startswith("Fault 1 waited 0 ms.")


@pytest.mark.parametrize(
    ("how", "status", "rows", "said"),
    [
        ("empty", None, 2, "closed the connection without an answer."),
        ("reset", None, 2, "reset the connection."),
        ("half", 201, 3, "cut the answer short. Answered by shape."),
    ],
)
def test_without_a_connection_a_drop_is_an_error_of_the_transport(
    shop: Mock, how: str, status: int | None, rows: int, said: str
) -> None:
    fault_at(shop, {"drop": how}, count=1)
    with pytest.raises(ConnectionResetError):
        shop.post("/widgets", json={"name": "x"})
    assert len(shop.get("/widgets").json()) == rows
    entry = shop.get("/_mockade/v1/journal").json()["exchanges"][1]
    assert (entry["answered_by"], entry["response"]["status"]) == ("fault", status)
    assert entry["reason"] == f"Fault 1 {said}"


def test_the_log_says_why_there_was_no_answer(shop: Mock) -> None:
    fault_at(shop, {"drop": "empty"})
    with pytest.raises(ConnectionResetError):
        shop.get("/widgets")
    first, second = [click.unstyle(line) for line in Log(shop.apis).lines(shop.last)]
    assert "  GET /widgets ---  fault shop.get_widgets" in first
    assert second.strip() == "Fault 1 closed the connection without an answer."


def test_the_docs_show_what_happens(make_mock: Serve) -> None:
    mock = make_mock(frozen=False)
    lines = list(curl_lines((DOCS / "faults.md").read_text(encoding="utf-8")))
    assert len(lines) >= 8
    for line, answer in lines:
        if answer.startswith("curl: ("):
            with pytest.raises(ConnectionResetError):
                send(mock, line)
            assert mock.last.answered_by == "fault"
            continue
        said = send(mock, line)
        assert said == answer or " -o /dev/null " in line, line
