"""`mockade validate --second-opinion`: what other libraries find is told once; the network is not asked."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from mockade.validation.report import SECOND_OPINION
from mockade.validation.second_opinion import DIFFERENCES
from tests.servers import environment
from tests.validation.test_agreement import GAME, changed, found, validate, write

__all__ = ["write"]  # the fixture


def told(*words: str) -> list[dict[str, Any]]:
    return found(*words, "--second-opinion")


def seats(schema: str, version: str = "3.0.3", value: str = "4") -> str:
    """The contract with another schema of `seats`, and another value, or none, in its example."""
    text = GAME.replace("seats: {type: integer, default: 2}", f"seats: {schema}").replace("3.0.3", version)
    return text.replace("seats: 4", f"seats: {value}" if value else "name: chess")


LOCAL_TIME = "{type: string, format: time}"
NOON = "'12:00:00Z'"
"""An RFC 3339 time, which the other libraries take for none: they ask for one without an offset."""


def test_the_bundled_contracts_hold_before_the_others_too() -> None:
    result = validate("--second-opinion")
    assert result.exit_code == 0
    assert result.stdout.endswith("contracts agree with their examples, fixtures and handlers (1 info).\n")


def test_the_end_says_who_was_asked_as_well_and_what_they_add(write: Callable[..., str]) -> None:
    agreed = write("agreed.yaml", GAME)
    refused = write("game.yaml", seats(LOCAL_TIME, value=NOON))
    asked = "openapi-spec-validator and jsonschema were asked as well: they add"
    assert validate(agreed, "--second-opinion").stdout.splitlines()[-2] == f"{asked} no findings."
    assert validate(refused, "--second-opinion").stdout.splitlines()[-2] == f"{asked} 1 finding."
    assert "asked as well" not in validate(agreed).stdout


def test_the_data_says_who_was_asked_as_well_and_what_they_add(write: Callable[..., str]) -> None:
    name = write("game.yaml", seats(LOCAL_TIME, value=NOON))
    report = json.loads(validate(name, "--second-opinion", "--format", "json").stdout)
    assert report["second_opinion"] == {"asked": ["openapi-spec-validator", "jsonschema"], "added": 1}
    assert json.loads(validate(name, "--format", "json").stdout)["second_opinion"] is None


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_format_that_only_jsonschema_refuses_is_told_with_its_place(
    write: Callable[..., str], version: str
) -> None:
    name = write("game.yaml", seats(LOCAL_TIME, version, NOON))
    assert found(name) == []
    (finding,) = told(name)
    assert (finding["line"], finding["column"], finding["rule"]) == (17, 34, SECOND_OPINION)
    assert finding["message"].startswith("jsonschema, of this example: ")
    assert finding["mend"] == "Mockade itself has nothing against it."


def test_a_row_that_only_jsonschema_refuses_is_told_at_its_line(write: Callable[..., str]) -> None:
    write("home/specs/game.yaml", seats(LOCAL_TIME, value=""))
    write("home/fixtures/game.yaml", "games:\n  - {id: g1}\n  - {id: g2, seats: '12:00:00Z'}\n")
    (finding,) = told("home")
    assert (finding["file"], finding["line"], finding["rule"]) == (
        "home/fixtures/game.yaml",
        3,
        SECOND_OPINION,
    )
    assert finding["message"].startswith("jsonschema, of this row of games: ")


def test_what_only_the_document_validator_finds_is_told_with_its_place(write: Callable[..., str]) -> None:
    name = write("game.yaml", seats("{type: integer, enum: [4, 4]}"))
    assert found(name) == []
    (finding,) = told(name)
    assert (finding["line"], finding["column"], finding["rule"]) == (25, 32, SECOND_OPINION)
    assert finding["message"] == "openapi-spec-validator: [4, 4] has non-unique elements"


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_a_default_that_both_of_them_refuse_is_told_once(write: Callable[..., str], version: str) -> None:
    name = write("game.yaml", seats(f"{{type: string, format: time, default: {NOON}}}", version, ""))
    (finding,) = told(name)
    assert (finding["line"], finding["column"]) == (25, 45)


@pytest.mark.parametrize("schema", ["{type: [integer]}", "{type: integer, id: 4}", "{type: array, items: 4}"])
def test_a_schema_that_jsonschema_cannot_read_is_told_as_ours_alone(
    write: Callable[..., str], schema: str
) -> None:
    name = write("game.yaml", seats(schema))
    assert found(name)
    assert told(name) == found(name)


def test_the_text_tells_it_as_the_other_findings(write: Callable[..., str]) -> None:
    name = write("game.yaml", seats(LOCAL_TIME, value=NOON))
    result = validate(name, "--second-opinion", "--fail-on", "warning")
    assert result.exit_code == 1
    assert result.stdout.startswith("game.yaml:17:34: warning: jsonschema, of this example: ")
    assert "[second-opinion]" in result.stdout
    assert result.stdout.endswith("1 finding (1 warning) in 1 contract.\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("description: All games.", "x-a: 1"),
        ("operationId:", "operatonId: a\n      operationId:"),
        ("default: 2", "default: two"),
        ("seats: 4", "seats: many"),
        ("/games:", "/games/{id}:"),
        ("paths:", "tags: [{name: a}, {name: a}]\npaths:"),
        (
            "  /games:\n",
            "  /other:\n    get:\n      operationId: listGames\n      responses: {}\n  /games:\n",
        ),
    ],
    ids=lambda value: str(value).strip()[:24],
)
def test_what_both_find_is_told_once(write: Callable[..., str], old: str, new: str) -> None:
    name = write("game.yaml", changed(old, new))
    assert found(name)
    assert told(name) == found(name)


@pytest.mark.parametrize(
    ("schema", "version", "value"),
    [
        ("{nullable: true, allOf: [{type: integer}]}", "3.0.3", "null"),
        ("{$ref: '#/components/schemas/Seats', minimum: 9}", "3.0.3", "4"),
        ("{type: object, required: [a], properties: {a: {writeOnly: true}}}", "3.1.0", "{}"),
        ("{type: object, required: [a], properties: {a: {$ref: '#/components/schemas/Own'}}}", "3.0.3", "{}"),
        ("{type: number, multipleOf: 0.1}", "3.0.3", "0.3"),
        ("{type: string, pattern: '^\\p{L}+$'}", "3.0.3", "abc"),
        ("{type: string, format: date-time}", "3.1.0", "'2016-12-31T23:59:60Z'"),
        ("{$ref: '#/components/schemas/Base'}", "3.0.3", "{kind: Part}"),
    ],
)
def test_a_listed_difference_is_not_told(
    write: Callable[..., str], schema: str, version: str, value: str
) -> None:
    more = """\
    Seats: {type: integer}
    Own: {type: string, writeOnly: true}
    Part: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object}]}
    Base:
      required: [kind]
      properties: {kind: {type: string}}
      discriminator: {propertyName: kind}
      allOf: [{type: object}]
"""
    name = write("game.yaml", seats(schema, version, value) + more)
    assert found(name) == []
    assert told(name) == []


def test_every_listed_difference_has_its_reason() -> None:
    assert all(difference.reason.endswith(".") for difference in DIFFERENCES)


def test_the_network_is_not_asked_and_a_file_beside_is_read(
    write: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    write("parts/games.yaml", f"Seats: {{type: string, format: time, default: {NOON}}}\n")
    text = seats("{$ref: 'parts/games.yaml#/Seats'}", value="")
    assert {(one["file"], one["rule"]) for one in told(write("game.yaml", text))} == {
        ("parts/games.yaml", SECOND_OPINION)
    }
    remote = changed("#/components/schemas/Game", "https://example.com/game.yaml")
    assert [one["rule"] for one in told(write("remote.yaml", remote))] == ["ref"]


def test_without_the_flag_nothing_of_it_is_loaded(write: Callable[..., str]) -> None:
    write("game.yaml", GAME)
    code = (
        "import sys; from pathlib import Path; from mockade.validation.agreement import validate; "
        "validate([Path('game.yaml')]); print('mockade.validation.second_opinion' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"
