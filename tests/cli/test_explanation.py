"""`routes --explain`: what was recognised in an operation, and what is declared and not acted on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.contracts import answers, contract, crud


@pytest.fixture
def folder(home: Callable[..., Path]) -> Path:
    paths = {**crud("/widgets"), "/login": {"post": answers(200, {"type": "object"})}}
    paths["/widgets"]["get"]["parameters"] = [
        {"name": "X-Trace", "in": "header", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        {"name": "expand", "in": "query", "schema": {"type": "string"}},
    ]
    return home(
        specs={"shop.yaml": contract(paths)}, apis={"shop.py": "def patch_widgets_id(call):\n    return {}\n"}
    )


@pytest.mark.parametrize(
    "asked", ["get_widgets", "shop.get_widgets", "GET /widgets", "get  /Widgets", "GET_WIDGETS"]
)
def test_an_operation_is_explained_by_any_of_its_names(folder: Path, asked: str) -> None:
    lines = run("routes", "--home", str(folder), "--explain", asked).stdout.splitlines()
    assert lines[0] == "shop.get_widgets: GET /widgets"
    split = lines.index("  declared and not acted on:")
    assert "  answered by  shape: list widgets" in lines[:split]
    assert any(line.startswith("  paging       limit: the size of a page") for line in lines[:split])
    assert any("expand:" in line for line in lines[split:])
    assert any("X-Trace: checked against its schema" in line for line in lines[split:])


@pytest.mark.parametrize(
    ("asked", "who"), [("patch_widgets_id", "handler: patch_widgets_id"), ("post_login", "generated: 200")]
)
def test_what_rows_do_not_answer_says_who_does(folder: Path, asked: str, who: str) -> None:
    assert who in run("routes", "--home", str(folder), "--explain", asked).stdout


def test_an_explanation_as_json_has_one_object_an_operation(folder: Path) -> None:
    (found,) = json.loads(
        run("routes", "--home", str(folder), "--explain", "get_widgets", "--format", "json").stdout
    )
    assert (found["api"], found["operation"], found["path"]) == ("shop", "get_widgets", "/widgets")
    assert {"label": "collection", "text": "widgets", "is_acted_on": True} in found["facts"]


def test_an_operation_that_is_not_there_is_a_sentence_with_one_like_it(folder: Path) -> None:
    result = run("routes", "--home", str(folder), "--explain", "get_widget")
    assert result.exit_code == 2
    assert result.stderr.startswith("error There is no operation 'get_widget'. Did you mean 'get_widgets'?")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("DELETE /widgets", "/widgets has GET, POST."),
        ("/widgets", "/widgets has GET, POST."),
        ("get /widgts", "Did you mean 'GET /widgets'?"),
        ("/logn", "Did you mean '/login'?"),
    ],
)
def test_a_path_that_has_no_such_operation_is_told_with_those_that_it_has(
    folder: Path, asked: str, hint: str
) -> None:
    assert hint in run("routes", "--home", str(folder), "--explain", asked).stderr
