"""Which operation a request means, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mockade.errors import SetupError
from tests.contracts import WIDGETS, answers, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
Write = Callable[..., Path]
Make = Callable[..., Mock]


@pytest.mark.parametrize(
    "path",
    [
        "/widgets/",
        "//widgets",
        "/widgets//w1",
        "/",
        "/widgets/w1/",
        "/widgets/w1/x",
        "/%2Fwidgets",
        "/widgets%2Fw1",
        "/*",
        "/%00",
    ],
)
def test_a_path_that_is_not_served_is_a_404_that_names_the_nearest(serve: Serve, path: str) -> None:
    answer = serve(contract(crud("/widgets")), WIDGETS).get(f"http://localhost{path}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert "/widgets" in answer.json()["detail"]


@pytest.mark.parametrize(
    "key", ["%00", "a%2Fb", "%F0%9F%98%80", "%2E%2E", "a%20b", "a+b", "%25", "x" * 5000, "{id}"]
)
def test_odd_keys_are_keys(serve: Serve, key: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    assert mock.get(f"http://localhost/widgets/{key}").status_code == 404
    assert mock.last.operation == "get_widgets_id"


def test_a_slash_in_a_parameter_does_not_end_it(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")))
    assert mock.post("/widgets", json={"id": "a/b", "name": "x"}).status_code == 201
    assert mock.get("/widgets/a%2Fb").json() == {"id": "a/b", "name": "x"}


def test_percent_encoded_bytes_that_are_not_utf_8_are_a_400(serve: Serve) -> None:
    assert serve(contract(crud("/widgets"))).get("/widgets/%FF").status_code == 400


def test_a_405_names_every_method_of_the_path(serve: Serve) -> None:
    answer = serve(contract(crud("/widgets"))).post("/widgets/w1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, PATCH, PUT"


def test_a_concrete_path_wins_whatever_its_methods(serve: Serve) -> None:
    paths = {**crud("/players"), "/players/me": {"post": answers(204)}}
    mock = serve(contract(paths), "players: [{id: me, name: Me}]")
    assert mock.get("/players/me").status_code == 405
    assert mock.post("/players/me").status_code == 204


def test_a_trailing_question_mark_asks_nothing(serve: Serve) -> None:
    assert serve(contract(crud("/widgets"))).get("/widgets?").status_code == 200


def specs(**texts: str) -> dict[str, dict[str, str]]:
    return {"specs": {f"{stem}.yaml": text for stem, text in texts.items()}}


def error(**properties: Any) -> dict[str, Any]:
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"description": "", "content": {"application/json": {"schema": schema}}}


def test_a_lost_path_is_answered_by_the_api_whose_first_segment_it_shares(
    home: Write, make_mock: Make
) -> None:
    def api(path: str, name: str) -> str:
        paths = crud(path)
        paths[path]["get"]["responses"][404] = error(**{name: {"type": "string"}})
        return contract(paths)

    mock = make_mock(home=home(**specs(a=api("/one/things", "message"), b=api("/two/things", "reason"))))
    assert "nearest" in mock.get("/one/nothing").json()["message"]
    assert "nearest" in mock.get("/two/nothing").json()["reason"]
    lost = mock.get("/three")
    assert lost.headers["content-type"] == "application/problem+json"
    assert "The nearest is" in lost.json()["detail"]


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
    mock = make_mock(home=home(**specs(**texts), fixtures={"a.yaml": WIDGETS}))
    assert len(mock.get("/a/widgets").json()) == 2
    assert mock.get("/b/widgets").json() == []


def test_a_path_without_its_base_is_served_where_nobody_else_claims_it(home: Write, make_mock: Make) -> None:
    mock = make_mock(home=home(**specs(a=contract(crud("/widgets"), servers=[{"url": "/v1"}]))))
    made = mock.post("/v1/widgets", json={"name": "x"}).json()
    assert mock.get("/widgets").json() == [made]


def test_two_apis_that_claim_one_path_stop_the_start_and_both_are_named(home: Write, make_mock: Make) -> None:
    folder = home(**specs(a=contract(crud("/widgets")), b=contract(crud("/widgets"))))
    with pytest.raises(SetupError) as stopped:
        make_mock(home=folder)
    (told,) = [str(finding) for finding in stopped.value.findings]
    assert "specs/b.yaml:" in told
    assert "(and 5 more) is also served by a, at " in told
    assert "specs/a.yaml:" in told
    assert "servers" in told


def test_no_contract_may_claim_the_mocks_own_pages(home: Write, make_mock: Make) -> None:
    paths = {"/_mockade/x": {"get": answers(204)}, "/@x": {"get": answers(204)}}
    with pytest.raises(SetupError) as stopped:
        make_mock(home=home(**specs(a=contract(paths))))
    assert len(stopped.value.findings) == 2


def test_two_apis_may_share_a_path_when_their_methods_differ(home: Write, make_mock: Make) -> None:
    one = contract({"/things/{id}": {"get": {"operationId": "one", **answers(200, {"type": "string"})}}})
    two = contract({"/things/{key}": {"put": {"operationId": "two", **answers(200, {"type": "string"})}}})
    apis = {"a.py": "def one(call, id):\n    return id", "b.py": "def two(call, key):\n    return key"}
    mock = make_mock(home=home(**specs(a=one, b=two), apis=apis))
    assert mock.get("/things/x").json() == "x"
    assert mock.put("/things/y").json() == "y"
