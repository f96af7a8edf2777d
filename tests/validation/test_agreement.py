"""`mockade validate`: what it finds, where it says it stands, and what it never touches.

Holds `validation/standard.py`, `validation/prose.py`, `validation/examples.py` and
`validation/report.py` too.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main

GAME = """\
openapi: 3.0.3
info: {title: Game, version: "1"}
paths:
  /games:
    get:
      operationId: listGames
      responses:
        "200":
          description: All games.
          headers:
            X-Total:
              schema: {type: integer}
              example: 2
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Game"}}
              example: [{id: g1, seats: 4}]
components:
  schemas:
    Game:
      type: object
      required: [id]
      properties:
        id: {type: string}
        seats: {type: integer, default: 2}
"""


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Writes a file into the empty folder that the test works in; answers its name."""
    monkeypatch.chdir(tmp_path)

    def file(name: str, text: str) -> str:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return name

    return file


def validate(*words: str) -> Result:
    return CliRunner().invoke(main, ["validate", *words])


def found(*words: str) -> list[dict[str, Any]]:
    """The findings, as JSON tells them."""
    findings: list[dict[str, Any]] = json.loads(validate(*words, "--format", "json").stdout)["findings"]
    return findings


def changed(old: str, new: str) -> str:
    assert old in GAME
    return GAME.replace(old, new)


def test_the_bundled_contracts_agree_with_all_that_belongs_to_them() -> None:
    result = validate()
    generated, _, agreed = result.stdout.splitlines()[-3:]
    assert result.exit_code == 0
    assert generated.startswith("Generated from the schema: ")
    assert agreed.endswith("contracts agree with their examples, fixtures and handlers (1 info).")
    assert "get_kvs_v2 needs no credential" in result.stdout  # as its vendor has it


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_one_sound_contract_agrees(write: Callable[..., str], version: str) -> None:
    result = validate(write("game.yaml", changed("3.0.3", version)))
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "1 contract agrees with its examples, fixtures and handlers."


def test_json_is_read_like_yaml(write: Callable[..., str]) -> None:
    text = json.dumps({"openapi": "3.0.3", "info": {"title": "Game"}, "paths": {}}, indent=2)
    (finding,) = found(write("game.json", text))
    assert (finding["file"], finding["line"], finding["column"]) == ("game.json", 3, 3)
    assert finding["message"] == "info version: 'version' is required."


@pytest.mark.parametrize(
    ("old", "new", "line", "rule", "words"),
    [
        ("      operationId: listGames\n", "", 5, "operationId", "GET /games has no operationId."),
        ("description: All games.", "x-a: 1", 8, "openapi", "'description' is required."),
        ("operationId:", "operatonId: a\n      operationId:", 6, "openapi", "'operatonId' is not allowed"),
        ("type: integer, default", "type: integr, default", 25, "schema", "Did you mean 'integer'?"),
        (
            "default: 2",
            "default: two",
            25,
            "example",
            "This default does not fit its schema: Expected integer",
        ),
        ("seats: 4", "seats: many", 17, "example", "/0/seats: Expected integer, got string 'many'."),
        ("example: 2", "example: none", 13, "example", "Expected integer, got string 'none'."),
        ("schemas/Game", "schemas/Gane", 16, "ref", "there is no 'Gane'."),
        ("/games:", "/games/{id}:", 5, "parameters", "{id}, which no path parameter declares."),
    ],
    ids=lambda value: str(value).strip()[:24],
)
def test_a_fault_is_told_where_it_stands(
    write: Callable[..., str], old: str, new: str, line: int, rule: str, words: str
) -> None:
    findings = found(write("game.yaml", changed(old, new)))
    told = [one for one in findings if words in one["message"] or words in one["mend"]]
    assert [(one["file"], one["line"], one["rule"]) for one in told] == [("game.yaml", line, rule)]


def test_what_a_side_never_sends_is_found_in_its_examples(write: Callable[..., str]) -> None:
    members = "{id: {type: string, readOnly: true}, password: {type: string, writeOnly: true}}"
    user = f"{{type: object, properties: {members}}}"
    content = f"{{application/json: {{schema: {{items: {user}}}, example: [{{id: a, password: b}}]}}}}"
    spec = f"""
openapi: 3.0.3
info: {{title: T, version: "1"}}
paths:
  /users:
    post:
      operationId: addUsers
      requestBody: {{content: {content}}}
      responses: {{"200": {{description: ok, content: {content}}}}}
"""
    output = validate(write("users.yaml", spec)).output
    assert output.count("[never-sent]") == 2
    assert "This example of an answer has 'password', which is writeOnly." in output
    assert "This example of a request has 'id', which is readOnly." in output


def test_two_operations_with_one_id_are_found(write: Callable[..., str]) -> None:
    second = changed(
        "  /games:\n", "  /other:\n    get:\n      operationId: listGames\n      responses: {}\n  /games:\n"
    )
    messages = [one["message"] for one in found(write("game.yaml", second))]
    assert "The operationId 'listGames' is also that of GET /other." in messages


def test_two_paths_that_a_client_cannot_tell_apart_are_found(write: Callable[..., str]) -> None:
    def path(name: str) -> str:
        parameter = f"{{name: {name}, in: path, required: true, schema: {{type: string}}}}"
        answer = '{"204": {description: Gone.}}'
        get = f"{{operationId: {name}, parameters: [{parameter}], responses: {answer}}}"
        return f"  /games/{{{name}}}: {{get: {get}}}\n"

    text = changed("components:", f"{path('id')}{path('slug')}components:")
    (finding,) = found(write("game.yaml", text))
    assert finding["rule"] == "same-path"
    assert "GET /games/{slug} and /games/{id}" in finding["message"]


def test_a_boolean_bound_is_no_json_schema_in_3_1(write: Callable[..., str]) -> None:
    text = changed("3.0.3", "3.1.0").replace("default: 2", "minimum: 0, exclusiveMinimum: true, default: 2")
    (finding,) = found(write("game.yaml", text))
    assert (finding["line"], finding["rule"]) == (25, "schema")
    assert finding["message"] == "This is no JSON Schema: Expected number, got boolean true."


def test_a_file_next_to_the_contract_is_judged_where_it_stands(write: Callable[..., str]) -> None:
    write("parts/games.yaml", "All:\n  x-a: 1\n  content: {}\nLoop: {type: array, items: {$ref: '#/Loop'}}\n")
    answer = '"200":\n          $ref: "parts/games.yaml#/All"\n        "201":'
    text = changed('"200":', answer).replace('"#/components/schemas/Game"', '"parts/games.yaml#/Loop"')
    findings = found(write("game.yaml", text))
    assert [(one["file"], one["line"]) for one in findings if one["rule"] == "openapi"] == [
        ("parts/games.yaml", 1)
    ]


def test_a_schema_that_contains_itself_is_no_fault(write: Callable[..., str]) -> None:
    text = changed(
        "seats: {type: integer, default: 2}",
        'next: {$ref: "#/components/schemas/Game"}\n        seats: {type: integer}',
    )
    assert validate(write("game.yaml", text)).exit_code == 0


def test_the_network_is_never_asked(write: Callable[..., str], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    text = changed("#/components/schemas/Game", "https://example.com/game.yaml")
    (finding,) = found(write("game.yaml", text))
    assert "leads to the network, which is never asked." in finding["message"]
    assert (finding["line"], finding["rule"]) == (16, "ref")


def test_a_reference_out_of_the_folder_is_not_followed(
    write: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write("secret.yaml", "Game: {type: object}")
    write("specs/game.yaml", changed("#/components/schemas", "../secret.yaml#"))
    assert found("specs/game.yaml") == [], "it does not leave the working directory"
    monkeypatch.chdir(tmp_path / "specs")
    (finding,) = found("game.yaml")
    assert "leads out of the contract's folder." in finding["message"]


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("game.yaml", 'swagger: "1.2"\n', "game.yaml:1:1: Swagger 1.2 is not supported yet."),
        ("game.yaml", "openapi: 4.0.0\n", "game.yaml:1:1: OpenAPI 4.0.0 is not supported yet."),
        ("game.yaml", "title: x\n", "This is no OpenAPI document: it has no `openapi`."),
        ("game.yaml", "a: [1\nb: 2\n", "game.yaml:2:2: This is not YAML: "),
        ("game.json", '{"openapi": }', "game.json:1:13: This is not JSON: "),
        ("notes.txt", "hello", "notes.txt:1:1: This holds a single value; an OpenAPI document is an object."),
    ],
    ids=["swagger", "future", "something else", "no YAML", "no JSON", "no contract"],
)
def test_what_cannot_be_read_ends_with_2(write: Callable[..., str], name: str, text: str, words: str) -> None:
    result = validate(write(name, text))
    assert result.exit_code == 2
    assert words in result.stdout


def test_one_unreadable_path_hides_no_findings_of_the_others(write: Callable[..., str]) -> None:
    write("game.yaml", changed("example: 2", "example: none"))
    result = validate("nowhere.yaml", "game.yaml")
    assert result.exit_code == 2
    assert "nowhere.yaml: There is no such file or folder." in result.stdout
    assert "got string 'none'." in result.stdout
    assert result.stdout.endswith("2 findings in 1 contract.\n")


def test_the_text_shows_the_lines_and_marks_the_place(write: Callable[..., str]) -> None:
    result = validate(write("game.yaml", changed("seats: 4", "seats: many")))
    assert result.exit_code == 1
    assert result.stdout.splitlines()[:6] == [
        "game.yaml:17:34: This example does not fit its schema: /0/seats: "
        "Expected integer, got string 'many'. [example]",
        '         16 |               schema: {type: array, items: {$ref: "#/components/schemas/Game"}}',
        "    >    17 |               example: [{id: g1, seats: many}]",
        "            |                                  ^",
        "         18 | components:",
        "    The schema says so at game.yaml:25:17.",
    ]
    assert result.stdout.endswith("\n1 finding in 1 contract.\n")


def test_a_contract_of_one_long_line_is_shown_in_part(write: Callable[..., str]) -> None:
    text = json.dumps({"openapi": "3.0.3", "x-filler": "a" * 5000, "info": {"title": "Game"}, "paths": {}})
    result = validate(write("game.json", text))
    assert max(map(len, result.stdout.splitlines())) < 130
    frame = result.stdout.splitlines()
    assert frame[2].index("^") == frame[1].index('"info"')


def test_a_home_is_held_together_with_its_fixtures_and_handlers(write: Callable[..., str]) -> None:
    write("home/specs/game.yaml", GAME)
    write("home/fixtures/game.yaml", "games:\n  - {id: g1, seats: many}\n")
    write("home/apis/game.py", "def list_gamez(call):\n    return []\n")
    findings = found("home")
    assert [(one["file"], one["line"]) for one in findings] == [
        ("home/apis/game.py", 1),
        ("home/fixtures/game.yaml", 2),
    ]
    assert "Did you mean 'list_games'?" in findings[0]["mend"]
    assert "Expected integer, got string 'many'." in findings[1]["message"]


@pytest.mark.parametrize("name", ["specs/game.yaml", "fixtures/game.yaml", "apis/game.py"])
def test_any_file_of_a_home_means_its_api(write: Callable[..., str], name: str) -> None:
    write("home/specs/game.yaml", GAME)
    write("home/fixtures/game.yaml", "games:\n  - {id: g1, seats: many}\n")
    write("home/apis/game.py", "")
    write("home/specs/other.yaml", changed("example: 2", "example: none"))
    assert [one["file"] for one in found(f"home/{name}")] == ["home/fixtures/game.yaml"]


def test_an_open_scheme_is_told_and_is_no_error(write: Callable[..., str]) -> None:
    secured = "  securitySchemes: {Key: {type: apiKey, in: header, name: x-key}}\n  schemas:\n"
    write("home/specs/game.yaml", changed("  schemas:\n", secured) + "security: [{Key: []}]\n")
    write("home/fixtures/game.yaml", "games: []\n")
    assert validate("home").exit_code == 0
    (finding,) = found("home")
    assert (finding["rule"], finding["severity"], finding["line"]) == ("credentials", "info", 19)
    assert "To say who may call, add to home/fixtures/game.yaml:" in finding["mend"]


def test_a_fixture_that_belongs_to_no_contract_names_the_nearest(write: Callable[..., str]) -> None:
    write("home/specs/game.yaml", GAME)
    write("home/fixtures/gmae.yaml", "games: []\n")
    (finding,) = found("home")
    assert (finding["file"], finding["mend"]) == ("home/fixtures/gmae.yaml", "Did you mean 'game'?")


def test_two_apis_of_a_home_that_claim_one_path_are_found(write: Callable[..., str]) -> None:
    write("home/specs/game.yaml", GAME)
    write("home/specs/other.yaml", GAME)
    findings = found("home")
    (clash,) = findings
    assert clash["message"].startswith("GET /games is also served by game, at home/specs/game.yaml:")


def test_two_homes_do_not_clash(write: Callable[..., str]) -> None:
    write("one/specs/game.yaml", GAME)
    write("two/specs/other.yaml", GAME)
    assert validate("one", "two").stdout == "2 contracts agree with their examples, fixtures and handlers.\n"


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("x" * 5000, "is no address"),
        ("#/components/schemas/A", "leads back to itself"),
        ("#/tags/²", "leads nowhere"),
        ("http://[bad", "is no address"),
    ],
)
def test_a_reference_of_any_kind_is_told_with_its_place(
    write: Callable[..., str], ref: str, words: str
) -> None:
    head = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\ntags: [{name: a}]\npaths: {}\n"
    write("x.yaml", f"{head}components:\n  schemas:\n    A: {{$ref: '{ref}'}}\n")
    findings = found("x.yaml")
    assert any(words in one["message"] and one["line"] == 7 for one in findings)


def test_a_ref_in_an_example_is_data_also_where_no_example_belongs(write: Callable[..., str]) -> None:
    text = GAME.replace("          headers:", "          example: {$ref: '#/gone'}\n          headers:")
    result = CliRunner().invoke(main, ["validate", "--fail-on", "warning", write("game.yaml", text)])
    assert isinstance(result.exception, SystemExit)
    assert "'example' is not allowed here" in result.output
