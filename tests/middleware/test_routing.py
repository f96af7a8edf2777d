"""Which operation a request means, and what is said where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

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
