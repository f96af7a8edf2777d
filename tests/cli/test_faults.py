"""`mockade fault`: rules made, listed and cleared from a shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import get_args, get_type_hints

import httpx
import pytest
import yaml
from click.testing import CliRunner, Result

from mockade import control
from mockade.cli.faults import CONDITIONS, RECIPES, add
from mockade.cli.main import main
from mockade.client.remote import Remote
from mockade.control.fault_recipes import RECIPES as SERVED
from mockade.testing import MockServer
from mockade.worlds.fault_match import Match
from mockade.worlds.faults import Delay, Drop, FaultAction

KEY = {"x-app-api-key": "meshmap-demo-key"}


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer("meshmap") as one:
        yield one


@pytest.fixture
def world(server: MockServer) -> Iterator[Remote]:
    yield server
    server.faults.clear()


def run(world: Remote, *words: str) -> Result:
    return CliRunner(env={"MOCKADE_URL": world.url, "MOCKADE_WORLD": None}).invoke(main, ["fault", *words])


@pytest.mark.parametrize(
    ("words", "match", "do"),
    [
        (["down"], {}, {"status": 503}),
        (
            ["--status", "429", "--rate", "5/10s", "--operation", "listGameSessions"],
            {"operation": "listGameSessions", "rate": {"limit": 5, "per": "10s"}},
            {"status": 429},
        ),
        (["--status", "429", "--rate", "5/m"], {"rate": {"limit": 5, "per": "1m"}}, {"status": 429}),
        (
            ["--delay", "50-250", "--path", "/apps/*", "--header", "X-A: 1*", "--header", "X-B"],
            {"path": "/apps/*", "headers": {"X-A": "1*", "X-B": None}},
            {"delay_ms": {"distribution": "uniform", "lower": 50, "upper": 250}},
        ),
        (
            ["--delay", "lognormal:90,0.4", "--body", "/name=Ada", "--body", "/size=3", "--nth", "2"],
            {"body": {"/name": "Ada", "/size": 3}, "nth": 2},
            {"delay_ms": {"distribution": "lognormal", "median": 90.0, "sigma": 0.4}},
        ),
        (
            ["flaky", "--probability", "1", "--retry-after", "3", "--delay", "7", "--bandwidth", "9"],
            {"probability": 1.0},
            {"status": 503, "retry_after": 3, "delay_ms": 7, "bandwidth": 9},
        ),
    ],
)
def test_a_rule_is_what_its_options_say(
    world: Remote, words: list[str], match: dict[str, object], do: dict[str, object]
) -> None:
    result = run(world, "add", *words)
    assert result.exit_code == 0, result.output
    (rule,) = world.faults.list()
    assert (rule["match"], rule["do"]) == (match, do)
    assert result.output.startswith(f"{rule['id']}  ")


def test_rules_are_listed_with_how_often_they_applied_and_cleared_one_by_one_or_all(world: Remote) -> None:
    run(world, "add", "down", "--operation", "listGameSessions", "--count", "1")
    run(world, "add", "cut", "--api", "meshmap")
    first, second = (rule["id"] for rule in world.faults.list())
    httpx.get(f"{world.url}/apps/game-sessions", headers=KEY)
    lines = run(world, "list").output.splitlines()
    assert lines[0] == f"{first}  operation=listGameSessions -> status=503  applied 1 of 1, 1 at most"
    assert json.loads(run(world, "list", "--json").output.splitlines()[1])["do"] == {"drop": "half"}
    assert run(world, "clear", str(first)).output == "The world 'default' has 1 fault now.\n"
    assert [rule["id"] for rule in world.faults.list()] == [second]
    assert run(world, "clear").output == "The world 'default' has no faults now.\n"
    assert run(world, "list").stderr == "The world 'default' has no faults.\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["add"], "Name a recipe (slow, flaky, down, rate-limited, cut)"),
        (["add", "slowly"], "slow"),
        (["add", "--delay", "soon"], "lognormal:90,0.4"),
        (["add", "--rate", "10"], "10/60s"),
        (["add", "--header", ": x"], "'Name: value'"),
        (["add", "--body", "name=x"], "/lines/0/sku=a1"),
        (["add", "down", "--operation", "listGameSession"], "Did you mean 'listGameSessions'"),
        (["add", "down", "--world", "nowhere"], "nowhere"),
        (["clear", "77"], "has no fault 77"),
    ],
)
def test_a_mistake_is_said_with_what_would_do_and_changes_nothing(
    world: Remote, words: list[str], said: str
) -> None:
    result = run(world, *words)
    assert (result.exit_code, said in result.output) == (2, True), result.output
    assert world.faults.list() == []
    assert [one["name"] for one in world.worlds()] == ["default"]


def test_the_command_line_knows_the_recipes_of_the_server() -> None:
    assert tuple(SERVED) == RECIPES


def test_a_rule_has_the_same_parts_as_a_value_over_http_and_on_the_command_line() -> None:
    rule = yaml.safe_load((files(control) / "control.yaml").read_text("utf-8"))["components"]["schemas"][
        "NewFault"
    ]
    parts = {name: rule["properties"][name]["properties"] for name in ("match", "do")}
    assert tuple(parts["match"]) == Match._fields == CONDITIONS
    assert tuple(parts["do"]) == FaultAction._fields
    options = {one.name: one for one in add.params if one.name not in ("url", "world", "token")}
    assert options.keys() == {*Match._fields, *FaultAction._fields, *rule["properties"].keys() - parts.keys()}
    assert parts["do"]["drop"]["enum"] == list(get_args(Drop)) == list(options["drop"].type.choices)
    served = {
        tuple(one["properties"]): one["properties"]["distribution"]["enum"]
        for one in parts["do"]["delay_ms"]["oneOf"]
        if one["type"] == "object"
    }
    assert served == {
        one._fields: list(get_args(get_type_hints(one)["distribution"])) for one in get_args(Delay)
    }
