"""The journal over HTTP: what was asked, who answered, what it changed, and how a miss is helped.

Its entries are those of `control/exchanges.py`, its search that of `control/search.py`.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.contracts import WIDGETS, body, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
LOGIN = {
    "/login": {
        "post": {
            "requestBody": body(
                {
                    "type": "object",
                    "properties": {
                        "user": {"type": "string"},
                        "password": {"type": "string", "format": "password"},
                    },
                }
            ),
            "security": [{"key": []}],
            "responses": {200: {"description": "", **body({"type": "object"})}},
        }
    }
}
SCHEMES = {
    "key": {"type": "apiKey", "in": "header", "name": "X-Shop-Key"},
    "query": {"type": "apiKey", "in": "query", "name": "api_key"},
}


def entries(mock: Mock, query: str = "") -> list[dict[str, Any]]:
    answer = mock.get(f"{V1}/journal?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["exchanges"]
    return found


def test_an_entry_says_all_of_an_exchange(mock: Mock) -> None:
    answer = mock.patch("/widgets/w1?x=1", json={"name": "New"}, headers={"x-trace": "7"})
    (entry,) = entries(mock)
    assert entry == {
        "id": 1,
        "time": "2026-01-05T12:00:00.000Z",
        "world": "default",
        "api": "shop",
        "operation": "patch_widgets_id",
        "caller": None,
        "request": {
            "method": "PATCH",
            "path": "/widgets/w1",
            "query": "x=1",
            "headers": {
                "host": "localhost",
                "accept": "*/*",
                "accept-encoding": entry["request"]["headers"]["accept-encoding"],
                "connection": "keep-alive",
                "user-agent": entry["request"]["headers"]["user-agent"],
                "x-trace": "7",
                "content-length": "14",
                "content-type": "application/json",
            },
            "body": {"name": "New"},
        },
        "response": {
            "status": 200,
            "headers": {"content-type": "application/json", "content-length": "24"},
            "body": {"id": "w1", "name": "New"},
        },
        "answered_by": "shape",
        "reason": None,
        "traceback": None,
        "violations": [],
        "notices": entry["notices"],
        "changes": [
            {
                "api": "shop",
                "collection": "widgets",
                "key": "w1",
                "before": {"id": "w1", "name": "One"},
                "after": {"id": "w1", "name": "New"},
            }
        ],
    }
    assert [notice["where"] for notice in entry["notices"]] == ["query", "header"]
    assert answer.headers["x-mockade-exchange"] == "1"


def test_a_head_has_no_body_in_the_journal_either(mock: Mock) -> None:
    for path in ("/widgets", "/nowhere"):
        mock.request("HEAD", path)
    assert [one["response"]["body"] for one in entries(mock)] == [None, None]


def test_a_violation_carries_the_line_of_the_contract(mock: Mock) -> None:
    mock.post("/widgets", json={"name": 7})
    (entry,) = entries(mock)
    (violation,) = entry["violations"]
    file, line, column = violation["contract"].rsplit(":", 2)
    assert file.endswith("shop.yaml")
    assert int(line) > 1
    assert int(column) > 1
    assert (violation["where"], violation["pointer"], violation["rule"]) == ("body", "/name", "type")
    assert entry["reason"]


def test_a_bug_of_a_handler_is_there_with_its_traceback(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = "def get_widgets(call):\n    return 1 / 0\n"
    mock = serve(contract(crud("/widgets")), WIDGETS, handlers)
    assert mock.get("/widgets").status_code == 500
    (entry,) = entries(mock)
    assert entry["answered_by"] == "mockade"
    assert "return 1 / 0" in entry["traceback"]
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_the_control_api_and_the_docs_leave_no_exchanges(mock: Mock) -> None:
    for path in (f"{V1}/health", f"{V1}/worlds", f"{V1}/journal", "/_mockade/docs/", f"{V1}/nothing"):
        answer = mock.get(path)
        assert "x-mockade-exchange" not in answer.headers
    mock.post(f"{V1}/clock/advance", json={"by": "x"})
    assert entries(mock) == []


def test_filters_pick_by_operation_status_caller_and_violations(mock: Mock) -> None:
    mock.get("/widgets")
    mock.get("/widgets/none")
    mock.post("/widgets", json={"name": 7})
    mock.post(f"{V1}/clock/advance", json={"by": "1s"})

    def numbers(query: str) -> list[int]:
        return [one["id"] for one in entries(mock, query)]

    assert numbers("operation=get_widgets") == numbers("operation=shop.get_widgets") == [1]
    assert numbers("status=404") == [2]
    assert numbers("status=4xx") == numbers("status=4XX") == [2, 3]
    assert numbers("violations=true") == [3]
    assert numbers("violations=false") == [1, 2, 4]
    assert numbers("caller=nobody") == []
    assert numbers("after=2") == [3, 4]
    assert numbers("after=99") == []


def test_pages_follow_each_other_without_gap_or_repetition(mock: Mock) -> None:
    for _ in range(7):
        mock.get("/widgets")
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = mock.get(f"{V1}/journal?limit=3&after={after}").json()
        seen += [one["id"] for one in page["exchanges"]]
        after = page["next"]
    assert seen == [1, 2, 3, 4, 5, 6, 7]


def test_the_journal_can_be_had_as_lines(mock: Mock) -> None:
    mock.get("/widgets")
    mock.delete("/widgets/w1")
    answer = mock.get(f"{V1}/journal?format=ndjson")
    assert answer.headers["content-type"].startswith("application/x-ndjson")
    assert [json.loads(line) for line in answer.text.splitlines()] == entries(mock)


def test_secrets_are_redacted_unless_asked_for(serve: Serve) -> None:
    paths = {**LOGIN, **crud("/widgets")}
    paths["/widgets"]["get"]["security"] = [{"query": []}]
    text = contract(paths)
    text += "\n".join(
        ["  securitySchemes:", *(f"    {name}: {json.dumps(one)}" for name, one in SCHEMES.items())]
    )
    mock = serve(text, "credentials: {key: {hush: {caller: ada}}, query: {hush: {caller: ada}}}")
    told = {"user": "ada", "password": "hush"}
    mock.post("/login", json=told, headers={"x-shop-key": "hush", "cookie": "s=hush"})
    mock.get("/widgets?api_key=hush&x=1", headers={"authorization": "Bearer hush"})
    assert "hush" not in mock.get(f"{V1}/journal").text
    login, widgets = entries(mock)
    assert login["request"]["headers"]["x-shop-key"] == login["request"]["headers"]["cookie"] == "[redacted]"
    assert login["request"]["body"] == {"user": "ada", "password": "[redacted]"}
    assert widgets["request"]["query"] == "api_key=[redacted]&x=1"
    assert widgets["caller"] == "ada"
    shown = entries(mock, "secrets=true")
    assert shown[0]["request"]["body"] == told
    assert shown[1]["request"]["query"] == "api_key=hush&x=1"


def find(mock: Mock, **wanted: Any) -> dict[str, Any]:
    answer = mock.post(f"{V1}/journal/find", json=wanted)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_search_matches_all_that_is_given(mock: Mock) -> None:
    mock.post("/widgets?a=1&a=2", json={"id": "w3", "name": "x"}, headers={"X-Trace": "7"})
    mock.get("/widgets")
    for wanted in (
        {},
        {"method": "post"},
        {"path": "/widgets", "method": "POST"},
        {"body": {"name": "x"}},
        {"headers": {"x-TRACE": "7"}},
        {"query": {"a": "2"}},
        {"operation": "post_widgets", "status": 201},
        {"operation": "shop.post_widgets"},
    ):
        found = find(mock, **wanted)
        assert found["count"] == (2 if wanted == {} else 1), wanted
        assert found["exchanges"][0]["id"] == 1
        assert found["nearest"] == []


def test_a_miss_shows_the_nearest_requests_and_how_they_differ(mock: Mock) -> None:
    mock.get("/widgets")
    mock.post("/widgets", json={"name": "One", "size": 1, "tags": [1]})
    found = find(
        mock, method="POST", path="/widget", body={"name": "Two", "size": True, "tags": [1, 2], "x": None}
    )
    assert (found["count"], found["exchanges"]) == (0, [])
    nearest = found["nearest"][0]
    assert nearest["exchange"]["id"] == 2
    assert nearest["differences"] == [
        'path: "/widget" is wanted, and it is "/widgets"',
        'body/name: "Two" is wanted, and it is "One"',
        "body/size: true is wanted, and it is 1",
        "body/tags: [1,2] is wanted, and it is [1]",
        "body/x: null is wanted, and it is not there",
    ]


def test_a_journal_of_nothing_finds_nothing(mock: Mock) -> None:
    assert find(mock) == {"count": 0, "exchanges": [], "nearest": []}


def test_with_journal_0_nothing_is_kept_and_answers_are_still_numbered(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, journal=0)
    numbers = [mock.get("/widgets").headers["x-mockade-exchange"] for _ in range(3)]
    assert numbers == ["1", "2", "3"]
    assert entries(mock) == []


@pytest.mark.parametrize(
    "query",
    [
        "status=9",
        "status=40",
        "violations=maybe",
        "after=-1",
        "after=x",
        "limit=0",
        "limit=99999",
        "format=xml",
    ],
)
def test_bad_filters_are_a_400(mock: Mock, query: str) -> None:
    answer = mock.get(f"{V1}/journal?{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize(
    "wanted", [[], "x", {"status": "200"}, {"headers": {"a": 1}}, {"bdy": {}}, {"query": []}]
)
def test_a_bad_search_is_a_400(mock: Mock, wanted: Any) -> None:
    answer = mock.post(f"{V1}/journal/find", json=wanted)
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
