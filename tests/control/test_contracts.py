"""What contracts say, over HTTP: an operation, and the lines that a violation is about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock

Serve = Callable[..., Mock]
V1 = "/_mockade/v1"
HANDLERS = """
from mockade.handling import Call


def get_widgets(call: Call) -> list:
    return []
"""


def test_an_operation_says_who_answers_it_and_where_that_stands(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS, HANDLERS)
    said = mock.get(f"{V1}/apis/shop/operations/get_widgets").json()
    assert (said["method"], said["path"], said["answered_by"]) == ("GET", "/widgets", "handler")
    assert said["handler"].endswith("apis/shop.py:5:1")
    code = mock.get(f"{V1}/code", params={"place": said["handler"], "around": 0}).json()
    assert code["lines"] == [{"number": 5, "text": "def get_widgets(call: Call) -> list:"}]
    assert mock.get(f"{V1}/apis/shop/operations/get_widgets_id").json()["handler"] is None
    refused = mock.get(f"{V1}/apis/shop/operations/get_widget")
    assert (refused.status_code, "get_widgets" in refused.json()["detail"]) == (404, True)


def test_the_lines_of_a_violation_are_those_of_the_contract(serve: Serve) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    mock.post("/widgets", json={"name": 7})
    (violation,) = mock.get(f"{V1}/journal").json()["exchanges"][0]["violations"]
    code = mock.get(f"{V1}/code", params={"place": violation["contract"], "around": 1}).json()
    (meant,) = [one["text"] for one in code["lines"] if one["number"] == code["line"]]
    assert "string" in meant[code["column"] - 1 :]
    assert len(meant) <= 200


@pytest.mark.parametrize(
    "place",
    [
        "",
        "x",
        "x:1",
        "x:1:1",
        "{}:0:0",
        "{}:99999:1",
        "{}",
        "/etc/passwd:1:1",
        "C:\\x:1:2",
        "{}:" + "9" * 5000,
    ],
)
def test_nothing_but_what_is_served_is_shown(serve: Serve, place: str) -> None:
    mock = serve(contract(crud("/widgets")), WIDGETS)
    (path,) = mock.apis["shop"].contract.document.paths()
    Path(path.parent / "secret.yaml").write_text("secret: 1\n", encoding="utf-8")
    for one in (place.replace("{}", str(path)), f"{path.parent}/secret.yaml:1:1"):
        answer = mock.get(f"{V1}/code", params={"place": one})
        assert answer.status_code == 404, one
        assert "secret: 1" not in answer.text
