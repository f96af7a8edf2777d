"""Several APIs on one port: base paths, clashes and paths that are shared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.errors import SetupError
from tests.contracts import WIDGETS, answers, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]


def specs(**texts: str) -> dict[str, dict[str, str]]:
    return {"specs": {f"{stem}.yaml": text for stem, text in texts.items()}}


def test_equal_paths_and_operation_ids_live_side_by_side_under_their_base_paths(
    home: Write, make_mock: Make
) -> None:
    def api(base: str, status: int) -> str:
        paths = {"/me": {"get": {"operationId": "get_me", **answers(status)}}}
        return contract(paths, servers=[{"url": f"https://x.example{base}"}])

    mock = make_mock(home=home(**specs(a=api("/a", 200), b=api("/b/v1", 202), c=api("", 204))))
    assert mock.get("/a/me").status_code == 200
    assert mock.get("/b/v1/me").status_code == 202
    assert mock.last.api == "b"
    assert mock.get("/me").status_code == 204


def test_rows_of_one_name_in_two_apis_do_not_meet(home: Write, make_mock: Make) -> None:
    texts = {stem: contract(crud("/widgets"), servers=[{"url": f"/{stem}"}]) for stem in "ab"}
    mock = make_mock(home=home(**specs(**texts), fixtures={"a.yaml": WIDGETS}), rows=0)
    assert len(mock.get("/a/widgets").json()) == 2
    assert mock.get("/b/widgets").json() == []


def test_a_path_without_its_base_is_served_where_nobody_else_claims_it(home: Write, make_mock: Make) -> None:
    mock = make_mock(home=home(**specs(a=contract(crud("/widgets"), servers=[{"url": "/v1"}]))), rows=0)
    made = mock.post("/v1/widgets", json={"name": "x"}).json()
    assert mock.get("/widgets").json() == [made]


def test_two_apis_that_claim_one_path_stop_the_start_and_both_are_named(home: Write, make_mock: Make) -> None:
    folder = home(**specs(a=contract(crud("/widgets")), b=contract(crud("/widgets"))))
    with pytest.raises(SetupError) as stopped:
        make_mock(home=folder)
    (finding,) = [str(one) for one in stopped.value.findings]
    assert "specs/b.yaml:" in finding
    assert "(and 5 more) is also served by a, at " in finding
    assert "specs/a.yaml:" in finding
    assert "servers" in finding


def test_what_lies_where_the_mocks_own_pages_and_worlds_are_costs_its_own_place(
    home: Write, make_mock: Make
) -> None:
    paths = {
        "/_mockade/v1/health": {"get": answers(204)},
        "/@{lat},{lon}": {"get": answers(202)},
        "/@{name}": {"get": answers(203)},
        "/x": {"get": answers(201)},
    }
    servers = [{"url": "/base"}, {"url": "/_mockade"}, {"url": "/@world"}]
    mock = make_mock(home=home(**specs(a=contract(paths, servers=servers))))
    assert mock.get("/_mockade/v1/health").json()["status"] == "ok"
    asked = ("/@51.5,-0.1", "/@default/@ada", "/base/_mockade/v1/health", "/base/@ada", "/x", "/@world/x")
    assert [mock.get(path).status_code for path in asked] == [202, 203, 204, 203, 201, 201]
    findings = [one for one in mock.apis["a"].contract.findings if one.rule in ("paths", "servers")]
    assert sorted((one.severity, one.message.partition(" ")[0]) for one in findings) == [
        ("error", "Below"),
        ("warning", "/@world"),
        ("warning", "/_mockade"),
        ("warning", "A"),
        ("warning", "A"),
    ]


def test_two_apis_may_share_a_path_when_their_methods_differ(home: Write, make_mock: Make) -> None:
    one = contract({"/things/{id}": {"get": {"operationId": "one", **answers(200, {"type": "string"})}}})
    two = contract({"/things/{key}": {"put": {"operationId": "two", **answers(200, {"type": "string"})}}})
    apis = {"a.py": "def one(call, id):\n    return id", "b.py": "def two(call, key):\n    return key"}
    mock = make_mock(home=home(**specs(a=one, b=two), apis=apis))
    assert mock.get("/things/x").json() == "x"
    assert mock.put("/things/y").json() == "y"
