"""Faults over HTTP: made, listed, dropped, cleared, and refused where they could never apply.

Holds `control/fault_recipes.py` and `control/fault_places.py` too.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from mockade.control import faults as control_faults
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
FAULTS = f"{V1}/faults"
PROBLEM = "application/problem+json"


def add(mock: Mock, body: Any, world: str = "default") -> Any:
    answer = mock.post(f"{V1}/worlds/{world}/faults", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def listed(mock: Mock) -> list[dict[str, Any]]:
    rules: list[dict[str, Any]] = mock.get(FAULTS).json()["faults"]
    return rules


def noted(mock: Mock) -> list[str]:
    """The operations of the journal's entries that no request stands behind."""
    told = mock.get(f"{V1}/journal").json()["exchanges"]
    return [one["operation"] for one in told if one["answered_by"] == "control"]


KEY = json.dumps({"Key": {"type": "http", "scheme": "bearer"}})
SECURED = contract(crud("/widgets"), security=[{"Key": []}]).replace(
    "components:\n", f"components:\n  securitySchemes: {KEY}\n", 1
)
"""Widgets for who has a key."""


@pytest.fixture
def secured(serve: Serve) -> Mock:
    """Widgets that ada and ben may see."""
    return serve(SECURED, f"{WIDGETS}\ncredentials: {{Key: {{a: {{caller: ada}}, b: {{caller: ben}}}}}}\n")


def test_a_rule_is_told_as_it_was_given_with_its_id_and_how_often_it_met(secured: Mock) -> None:
    mock = secured
    match = {"api": "shop", "operation": "get_widgets", "caller": "ada", "nth": 3, "probability": 0.5}
    do = {"status": 503, "retry_after": 2, "delay_ms": 10}
    rule = add(mock, {"match": match, "do": do, "count": 4})
    assert rule == {"id": 1, "match": match, "do": do, "count": 4, "matched": 0, "applied": 0}
    least = add(mock, {"do": {"drop": "half"}})
    assert least == {"id": 2, "match": {}, "do": {"drop": "half"}, "count": None, "matched": 0, "applied": 0}
    assert listed(mock) == [rule, least]


def test_a_rule_counts_what_it_met_and_stays_listed_when_it_is_used_up(mock: Mock) -> None:
    add(mock, {"match": {"operation": "shop.get_widgets", "nth": 2}, "do": {"status": 500}, "count": 1})
    assert [mock.get("/widgets").status_code for _ in range(3)] == [200, 500, 200]
    assert mock.get("/widgets/w1").status_code == 200
    (rule,) = listed(mock)
    assert (rule["matched"], rule["applied"]) == (3, 1)


def test_one_rule_is_dropped_and_its_id_not_given_again(mock: Mock) -> None:
    for status in (500, 502):
        add(mock, {"do": {"status": status}})
    assert mock.delete(f"{FAULTS}/1").status_code == 204
    assert mock.get("/widgets").status_code == 502
    missing = mock.delete(f"{FAULTS}/1")
    assert (missing.status_code, missing.headers["content-type"]) == (404, PROBLEM)
    assert missing.json()["detail"] == "The world 'default' has no fault 1. There are: 2."
    assert mock.delete(f"{FAULTS}/2").status_code == 204
    assert "It has none." in mock.delete(f"{FAULTS}/2").json()["detail"]
    assert add(mock, {"do": {"status": 500}})["id"] == 3


def test_cleared_rules_apply_no_more(mock: Mock) -> None:
    add(mock, {"do": {"status": 500}})
    add(mock, {"do": {"drop": "reset"}})
    assert mock.delete(FAULTS).status_code == 204
    assert listed(mock) == []
    assert mock.get("/widgets").status_code == 200
    assert mock.delete(FAULTS).status_code == 204, "there is nothing wrong with nothing"


def test_what_changes_the_rules_is_noted_and_what_reads_them_is_not(mock: Mock) -> None:
    before = mock.state
    add(mock, {"do": {"status": 500}})
    listed(mock)
    mock.delete(f"{FAULTS}/1")
    mock.delete(f"{FAULTS}/1")
    mock.delete(FAULTS)
    assert noted(mock) == ["addFault", "deleteFault", "clearFaults"]
    assert mock.state is before


def test_a_rule_too_many_is_refused(mock: Mock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control_faults, "MOST", 2)
    for _ in range(2):
        add(mock, {"do": {"status": 500}})
    refused = mock.post(FAULTS, json={"do": {"status": 500}})
    assert (refused.status_code, refused.headers["content-type"]) == (409, PROBLEM)
    assert "has 2 faults already" in refused.json()["detail"]
    assert len(listed(mock)) == 2
    add(mock, {"do": {"status": 500}}, "another")


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ({"api": "shpo"}, "match.api: no API 'shpo' is served. Did you mean 'shop'?"),
        ({"api": ""}, "match.api: no API '' is served. Known: shop."),
        (
            {"operation": "get_widget"},
            "match.operation: there is no operation 'get_widget'. Did you mean 'get_widgets'?",
        ),
        ({"operation": "shop.get_widget"}, "Did you mean 'get_widgets'?"),
        ({"operation": "other.get_widgets"}, "there is no operation 'other.get_widgets'"),
        ({"api": "shop", "operation": "zzz"}, "match.operation: shop has no operation 'zzz'. Known: "),
        ({"operation": "addFault"}, "there is no operation 'addFault'"),
    ],
)
def test_what_is_not_served_cannot_be_matched(mock: Mock, match: dict[str, str], said: str) -> None:
    answer = mock.post(FAULTS, json={"match": match, "do": {"status": 500}})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert said in answer.json()["detail"]
    assert listed(mock) == []


@pytest.mark.parametrize(
    ("match", "said"),
    [
        ({"path": "/wigdets"}, "match.path: no operation is at '/wigdets', which is held against decoded"),
        ({"path": "/wigdets"}, "Did you mean '/widgets'?"),
        ({"path": "/widgets/"}, "Did you mean '/widgets'?"),
        ({"path": "/widgets?size=3"}, "Did you mean '/widgets'?"),
        ({"path": "/api/*"}, "no operation is at"),
        ({"path": "/widgets/*", "operation": "get_widgets"}, "no operation of get_widgets is at"),
        ({"path": "/@other/widgets"}, "no operation is at"),
        ({"headers": {"X Build": "7"}}, "no header is called 'X Build'"),
        ({"headers": {"X Build:": None}}, "Did you mean 'X-Build'?"),
        ({"headers": {"": "7"}}, "Did you mean 'X-Build'?"),
        ({"headers": {"X-Build": " 7"}}, "Use * in its place."),
        ({"headers": {"X-Build": "7\n"}}, "Use * in its place."),
    ],
)  # fmt: skip
def test_what_no_request_can_have_cannot_be_matched(mock: Mock, match: dict[str, Any], said: str) -> None:
    answer = mock.post(FAULTS, json={"match": match, "do": {"status": 500}})
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert said in answer.json()["detail"]
    assert listed(mock) == []


@pytest.mark.parametrize(
    "path", ["*", "/widgets/*", "/widgets/a b/c", "/w*s/?", "*w1", "/widgets/w[1]*", "/*/*/*"]
)
def test_a_path_that_an_operation_may_have_can_be_matched(mock: Mock, path: str) -> None:
    add(mock, {"match": {"path": path, "headers": {"X-Build": "7 *"}}, "do": {"status": 418}})


def test_a_path_is_matched_decoded(mock: Mock) -> None:
    add(mock, {"match": {"path": "/widgets/a b"}, "do": {"status": 418}})
    assert mock.get("/widgets/a%20b").status_code == 418


def test_the_operation_of_another_api_cannot_be_matched(make_mock: Serve) -> None:
    mock = make_mock("meshmap", "playcamp")
    answer = mock.post(
        FAULTS, json={"match": {"api": "playcamp", "operation": "listGameSessions"}, "do": {"status": 500}}
    )
    assert answer.status_code == 400
    assert "playcamp has no operation 'listGameSessions'" in answer.json()["detail"]
    add(mock, {"match": {"api": "meshmap", "operation": "meshmap.listGameSessions"}, "do": {"status": 500}})


@pytest.mark.parametrize(
    "do", [{"retry_after": 3}, {"retry_after": 3, "drop": "empty"}, {"retry_after": 3, "delay_ms": 1}]
)
def test_retry_after_needs_an_answer_to_go_with(mock: Mock, do: dict[str, Any]) -> None:
    answer = mock.post(FAULTS, json={"do": do})
    assert answer.status_code == 400
    assert "do.status" in answer.json()["detail"]


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {},
        {"do": {}},
        {"do": None},
        {"do": "status"},
        {"do": {"status": 199}},
        {"do": {"status": 600}},
        {"do": {"status": "503"}},
        {"do": {"status": 503.5}},
        {"do": {"status": True}},
        {"do": {"status": 2**70}},
        {"do": {"status": 503, "retry_after": -1}},
        {"do": {"delay_ms": -1}},
        {"do": {"delay_ms": 600_001}},
        {"do": {"drop": "quarter"}},
        {"do": {"drop": None}},
        {"do": {"status": 503, "drop": "empty"}},
        {"do": {"explode": True}},
        {"do": {"status": 503}, "count": 0},
        {"do": {"status": 503}, "count": "all"},
        {"do": {"status": 503}, "more": 1},
        {"do": {"status": 503}, "match": []},
        {"do": {"status": 503}, "match": {"path": "widgets"}},
        {"do": {"status": 503}, "match": {"headers": {"x": 1}}},
        {"do": {"status": 503}, "match": {"body": []}},
        {"do": {"status": 503}, "match": {"rate": {"limit": 1}}},
        {"do": {"status": 503}, "match": {"rate": {"limit": -1, "per": "10s"}}},
        {"do": {"status": 503}, "match": {"rate": {"limit": 1, "per": 10}}},
        {"do": {"delay_ms": {"distribution": "normal", "median": 1, "sigma": 1}}},
        {"do": {"delay_ms": {"distribution": "uniform", "lower": 1}}},
        {"do": {"delay_ms": {"distribution": "lognormal", "median": 1, "sigma": 1, "upper": 3}}},
        {"do": {"bandwidth": 0}},
        {"recipe": "slowly"},
        {"do": {"status": 503}, "match": {"nth": 0}},
        {"do": {"status": 503}, "match": {"nth": 1.5}},
        {"do": {"status": 503}, "match": {"probability": 1.01}},
        {"do": {"status": 503}, "match": {"probability": -0.1}},
        {"do": {"status": 503}, "match": {"probability": "often"}},
        {"do": {"status": 503}, "match": {"caller": 7}},
        {"do": {"status": 503}, "match": {"api": None}},
    ],
    ids=str,
)
def test_a_rule_that_is_none_is_a_problem_with_its_place_and_changes_nothing(mock: Mock, body: Any) -> None:
    answer = mock.post(FAULTS, json=body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["violations"]
    assert listed(mock) == []
    assert len(mock.world.journal) == 0


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"NaN"])
def test_what_is_no_json_is_a_problem(mock: Mock, raw: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert mock.request("POST", FAULTS, content=raw, headers=headers).status_code == 400
    assert listed(mock) == []


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", f"{FAULTS}/0"),
        ("DELETE", f"{FAULTS}/x"),
        ("DELETE", f"{FAULTS}/1.5"),
        ("DELETE", f"{V1}/worlds/UP/faults/1"),
        ("DELETE", f"{V1}/worlds/UP/faults"),
        ("GET", f"{V1}/worlds/UP/faults"),
        ("POST", f"{V1}/worlds/UP/faults"),
    ],
)
def test_an_id_or_a_world_that_cannot_be_is_a_problem(mock: Mock, method: str, path: str) -> None:
    body = {"json": {"do": {"status": 500}}} if method == "POST" else {}
    answer = mock.request(method, path, **body)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)
    assert answer.json()["violations"]


def test_whole_numbers_may_be_written_with_a_point(mock: Mock) -> None:
    rule = add(mock, {"do": {"status": 503.0, "delay_ms": 0.0}, "match": {"nth": 1.0}})
    assert (rule["do"], rule["match"]) == ({"status": 503, "delay_ms": 0}, {"nth": 1})
    assert mock.get("/widgets").status_code == 503


@pytest.mark.parametrize(
    ("body", "hint"),
    [
        ({"match": {"caller": "adda"}}, "Did you mean 'ada'"),
        ({"match": {"api": "shop", "caller": "nobody-of-that-name"}}, "no credential"),
        ({"match": {"rate": {"limit": 1, "per": "0s"}}}, "10s"),
        ({"match": {"body": {"name": "x"}}}, "/lines/0/sku"),
        (
            {"do": {"delay_ms": {"distribution": "uniform", "lower": 3, "upper": 2}}},
            "turn them around",
        ),
    ],
)
def test_a_rule_that_could_never_apply_is_refused_with_what_could(
    secured: Mock, body: dict[str, Any], hint: str
) -> None:
    answer = secured.post(FAULTS, json={"do": {"status": 503}, **body})
    assert answer.status_code == 400, answer.text
    assert hint in answer.json()["detail"]
    assert listed(secured) == []


def test_a_secret_names_its_caller_where_no_caller_is_called_so(serve: Any) -> None:
    callers = "adam: {caller: u-1}, u-2: {caller: u-3}, x: {caller: u-2}"
    mock = serve(SECURED, f"{WIDGETS}\ncredentials: {{Key: {{{callers}}}}}\n")
    for caller, named in (("adam", "u-1"), ("u-2", "u-2"), ("u-3", "u-3")):
        assert add(mock, {"do": {"status": 503}, "match": {"caller": caller}})["match"] == {"caller": named}
    refused = mock.post(FAULTS, json={"recipe": "down", "match": {"caller": "adan"}})
    assert refused.status_code == 400
    assert refused.json()["detail"].endswith("names the caller 'adan'. Did you mean 'u-1'?")


def test_a_caller_is_one_of_the_fixtures_or_minted_or_nobody(secured: Mock) -> None:
    add(secured, {"do": {"status": 503}, "match": {"caller": "ada"}})
    add(secured, {"do": {"status": 503}, "match": {"caller": ""}})
    assert secured.post(FAULTS, json={"recipe": "down", "match": {"caller": "eve"}}).status_code == 400
    secured.post(f"{V1}/credentials", json={"api": "shop", "caller": "eve"})
    add(secured, {"recipe": "down", "match": {"caller": "eve"}})


def test_where_anybody_may_call_any_caller_may_meet_a_fault(serve: Serve) -> None:
    opened = serve(SECURED, WIDGETS)
    add(opened, {"recipe": "down", "match": {"caller": "whoever"}})


@pytest.mark.parametrize(
    ("body", "match", "do"),
    [
        (
            {"recipe": "slow"},
            {},
            {"delay_ms": {"distribution": "lognormal", "median": 800, "sigma": 0.6}},
        ),
        ({"recipe": "flaky"}, {"probability": 0.2}, {"status": 503}),
        ({"recipe": "down"}, {}, {"status": 503}),
        ({"recipe": "rate-limited"}, {"rate": {"limit": 10, "per": "60s"}}, {"status": 429}),
        ({"recipe": "cut"}, {"probability": 0.3}, {"drop": "half"}),
        (
            {"recipe": "flaky", "match": {"probability": 0.5, "nth": 2}, "do": {"status": 500}},
            {"nth": 2, "probability": 0.5},
            {"status": 500},
        ),
        ({"recipe": "down", "do": {"drop": "reset"}}, {}, {"drop": "reset"}),
        ({"recipe": "cut", "do": {"status": 502}}, {"probability": 0.3}, {"status": 502}),
        ({"recipe": "slow", "do": {"bandwidth": 9}, "count": 2}, {}, None),
    ],
)
def test_a_recipe_is_a_rule_that_match_and_do_add_to(
    mock: Mock, body: dict[str, Any], match: dict[str, Any], do: dict[str, Any] | None
) -> None:
    rule = add(mock, body)
    assert rule["match"] == match
    assert rule["do"] == do if do else rule["do"].keys() == {"delay_ms", "bandwidth"}
    assert rule["count"] == body.get("count")
    assert listed(mock) == [rule]


def test_a_client_over_its_rate_is_told_when_it_may_come_again(mock: Mock) -> None:
    add(mock, {"recipe": "rate-limited", "match": {"rate": {"limit": 2, "per": "10s"}}})
    assert [mock.get("/widgets").status_code for _ in range(3)] == [200, 200, 429]
    mock.advance(4)
    assert mock.get("/widgets").headers["retry-after"] == "6"
    mock.advance(6)
    assert mock.get("/widgets").status_code == 200


def test_a_path_a_header_and_a_body_choose_the_request(mock: Mock) -> None:
    add(mock, {"do": {"status": 418}, "match": {"path": "/widgets/w*", "headers": {"X-Build": "7*"}}})
    add(mock, {"do": {"status": 409}, "match": {"body": {"/name": "Odd"}}})
    assert mock.get("/widgets/w1").status_code == 200
    assert mock.get("/widgets/w1", headers={"x-build": "71"}).status_code == 418
    assert mock.get("/@other/widgets/w1", headers={"x-build": "71"}).status_code == 200
    assert mock.post("/widgets", json={"id": "n1", "name": "Odd"}).status_code == 409
    assert mock.post("/widgets", json={"id": "n1", "name": "Even"}).status_code == 201
    assert (
        mock.post("/widgets", content=b"{", headers={"content-type": "application/json"}).status_code == 400
    )
    told = mock.get("/widgets/n1").json()
    assert told["name"] == "Even"


NAMED = {
    "/offers": {
        "get": {
            "operationId": "listOffers",
            "responses": {
                "200": {
                    "description": "",
                    "content": {
                        "application/json": {
                            "schema": {"type": "array", "items": {"type": "string"}},
                            "examples": {"few": {"value": ["one"]}, "none": {"value": []}},
                        }
                    },
                }
            },
        }
    }
}


def test_a_named_example_is_the_answer_of_who_meets_it(serve: Serve) -> None:
    mock = serve(contract(NAMED))
    assert mock.get(f"{V1}/apis/shop/operations/listOffers").json()["examples"] == {"200": ["few", "none"]}
    body = {"match": {"operation": "listOffers"}, "do": {"status": 200, "example": "none"}, "count": 1}
    made = mock.post(f"{V1}/faults", json=body)
    assert (made.status_code, made.json()["do"]) == (201, {"status": 200, "example": "none"})
    assert [mock.get("/offers").json() for _ in range(2)] == [[], ["one"]]


@pytest.mark.parametrize(
    ("do", "said"),
    [
        ({"status": 200, "example": "non"}, "Did you mean 'none'?"),
        ({"status": 500, "example": "none"}, "no 500 that this could meet"),
        ({"delay_ms": 1, "example": "none"}, "do.status"),
    ],
)
def test_an_example_that_nobody_has_is_refused(serve: Serve, do: dict[str, Any], said: str) -> None:
    answer = serve(contract(NAMED)).post(f"{V1}/faults", json={"do": do})
    assert (answer.status_code, said in answer.json()["detail"]) == (400, True)
