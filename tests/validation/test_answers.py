"""What `validate` counts beside its findings: operations that are generated or that nobody answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cli.commands import run
from tests.contracts import REF, WIDGETS, answers, contract, crud

IMPOSSIBLE = {"type": "string", "minLength": 5, "maxLength": 2}


def named(paths: dict[str, Any]) -> str:
    """The contract of these paths, each operation with an operationId."""
    for path, item in paths.items():
        for method, operation in item.items():
            operation["operationId"] = method + path.translate(str.maketrans("/", "_", "{}"))
    return contract(paths)


def spec() -> str:
    paths: dict[str, Any] = {
        **crud("/widgets"),
        "/made": {"get": answers(200, REF)},
        "/unmade": {"get": answers(200, IMPOSSIBLE)},
        "/known": {"get": {**answers(200, REF), "x-not-served": True}},
        "/empty": {"get": answers(204)},
    }
    return named(paths)


def test_what_is_generated_and_what_nobody_answers_is_counted(home: Callable[..., Path]) -> None:
    folder = home(specs={"shop.yaml": spec()}, fixtures={"shop.yaml": WIDGETS})
    result = run("validate", str(folder))
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "Generated from the schema: 1 of 10 operations.",
        "Nobody answers yet (501): shop.get_unmade, shop.get_known.",
        "",
        "1 contract agrees with its examples, fixtures and handlers.",
    ]


def test_a_contract_alone_is_counted_too_and_json_lists_the_operations(home: Callable[..., Path]) -> None:
    folder = home(alone={"shop.yaml": spec()})
    report = json.loads(run("validate", str(folder / "alone" / "shop.yaml"), "--format", "json").stdout)
    assert report["operations"] == 10
    assert report["generated"] == ["shop.get_made"]
    assert report["unanswered"] == ["shop.get_unmade", "shop.get_known"]


def test_of_very_many_unanswered_operations_the_first_are_named(home: Callable[..., Path]) -> None:
    paths = {f"/n{number}": {"get": answers(200, IMPOSSIBLE)} for number in range(50)}
    lines = run("validate", str(home(specs={"shop.yaml": named(paths)}))).stdout.splitlines()
    assert lines[0].endswith("shop.get_n39 and 10 more.")
