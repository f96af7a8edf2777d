"""The commands: their options, their faults, and what they print."""

from __future__ import annotations

import gc
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mockade.catalogue.answerers import handler_name
from mockade.catalogue.files import bundled, bundled_handlers, find_files
from mockade.catalogue.loading import load_apis
from mockade.cli.main import main
from mockade.cli.options import PORT, seconds
from tests.harness import Mock
from tests.servers import Server, environment, mockade

KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"
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
          content:
            application/json:
              schema: {type: array, items: {$ref: "#/components/schemas/Game"}}
  /games/{id}:
    get:
      operationId: getGame
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses:
        "200":
          description: The game.
          content:
            application/json:
              schema: {$ref: "#/components/schemas/Game"}
        "404": {description: None.}
  /rules:
    get:
      operationId: readRules
      responses: {"200": {description: x, content: {text/plain: {schema: {type: string}}}}}
components:
  schemas:
    Game:
      type: object
      required: [id]
      properties:
        id: {type: string}
"""

TELLS_OF_GARBAGE = """\
import gc

def list_games(call):
    seldom = gc.get_threshold()[0] > 700
    looked_at = any(type(one).__name__ == "Contract" for one in gc.get_objects())
    return [{"id": f"collects: {gc.isenabled()}, seldom: {seldom}, frozen: {not looked_at}"}]
"""


def run(*words: str, **env: str) -> Result:
    return CliRunner(env=env).invoke(main, words)


@pytest.fixture(scope="module")
def served() -> Iterator[Server]:
    """All bundled APIs, every option given through the environment."""
    env = {
        "MOCKADE_PORT": "0",
        "MOCKADE_HOST": "127.0.0.1",
        "MOCKADE_SEED": "7",
        "MOCKADE_STRICT": "1",
        "MOCKADE_MAX_BODY": "64",
        "MOCKADE_CORS": "https://one.example https://two.example",
        "MOCKADE_VERBOSE": "1",
    }
    with Server(command=[sys.executable, "-m", "mockade", "serve"], env=env) as one:
        yield one


def test_serve_introduces_every_bundled_api_before_it_is_ready(served: Server) -> None:
    ready = served.lines.index(f"Mockade is ready: {served.url}")
    for name in find_files():
        assert any(line.startswith(f"{name}  ") for line in served.lines[:ready])


def test_serve_tells_of_each_request_as_it_comes(served: Server) -> None:
    served.request("GET", SESSIONS, headers=KEY)
    assert served.line("GET", SESSIONS, "200", "handler meshmap.listGameSessions")


def test_mockade_strict_refuses_what_the_contract_does_not_know(served: Server) -> None:
    assert served.request("GET", f"{SESSIONS}?odd=1", headers=KEY).status_code == 400


def test_mockade_max_body_bounds_bodies(served: Server) -> None:
    answer = served.request("POST", SESSIONS, headers=KEY, json={"name": "n" * 80})
    assert answer.status_code == 413


@pytest.mark.parametrize("origin", ["https://one.example", "https://two.example"])
def test_mockade_cors_lets_several_origins_in(served: Server, origin: str) -> None:
    answer = served.request("GET", SESSIONS, headers={**KEY, "origin": origin})
    assert answer.headers["access-control-allow-origin"] == origin


def test_mockade_verbose_tells_of_changes(served: Server) -> None:
    served.request("POST", SESSIONS, headers=KEY, json={})
    assert served.line("    added ")


def test_mockade_seed_decides_the_ids(served: Server, make_mock: Callable[..., Mock]) -> None:
    def first_id(seed: int) -> str:
        mock = make_mock("meshmap", seed=seed)
        return str(mock.post(SESSIONS, headers=KEY, json={}).json()["id"])

    assert first_id(7) != first_id(8)
    ids = [row["id"] for row in served.request("GET", SESSIONS, headers=KEY).json()["gameSessions"]]
    served.request("POST", SESSIONS, headers=KEY, json={})
    assert first_id(7) in ids + [
        row["id"] for row in served.request("GET", SESSIONS, headers=KEY).json()["gameSessions"]
    ]


@pytest.mark.parametrize(("flags", "frozen"), [([], True), (["--watch"], False)])
def test_garbage_is_looked_for_seldom_once_it_serves(
    home: Callable[..., Path], flags: list[str], frozen: bool
) -> None:
    folder = home(specs={"game.yaml": GAME}, apis={"game.py": TELLS_OF_GARBAGE})
    with Server("--home", str(folder), *flags) as one:
        told = one.request("GET", "/games").json()
    assert told == [{"id": f"collects: True, seldom: True, frozen: {frozen}"}]
    usual = gc.get_threshold()
    assert run("serve", "nothing").exit_code == 2
    assert (gc.isenabled(), gc.get_threshold()) == (True, usual)


def test_quiet_prints_the_ready_line_only() -> None:
    with Server("meshmap", env={"MOCKADE_QUIET": "1"}) as one:
        one.request("GET", SESSIONS, headers=KEY)
        assert one.stop() == (0, "")
        assert one.lines == [f"Mockade is ready: {one.url}"]


V1 = "/_mockade/v1"


def test_worlds_idle_and_journal_are_bounded_as_told() -> None:
    env = {"MOCKADE_WORLDS": "2", "MOCKADE_IDLE": "1h", "MOCKADE_JOURNAL": "1"}
    with Server("meshmap", env=env) as one:
        assert one.request("GET", f"/@a{SESSIONS}", headers=KEY).status_code == 200
        assert one.request("GET", f"/@b{SESSIONS}", headers=KEY).status_code == 503
        for _ in range(3):
            one.request("GET", f"/@a{SESSIONS}", headers=KEY)
        entries = one.request("GET", f"{V1}/worlds/a/journal").json()["exchanges"]
        assert [entry["id"] for entry in entries] == [4]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--idle", "soon"], "'soon' is no duration: write numbers with ms, s, m, h or d"),
        (["--idle", "-1"], "'-1' is no duration"),
        (["--idle", "nan"], "'nan' is no duration"),
        (["--worlds", "0"], "0 is not in the range x>=1"),
        (["--journal", "-1"], "-1 is not in the range x>=0"),
        (["--token", "a b"], "a header carries letters, digits and signs of ASCII only"),
        (["--token", "ä"], "a header carries letters, digits and signs of ASCII only"),
        (["--token", "a\nb"], "a header carries letters, digits and signs of ASCII only"),
    ],
)
def test_a_value_that_cannot_be_is_a_sentence(words: list[str], sentence: str) -> None:
    result = run("serve", *words)
    assert result.exit_code == 2
    assert sentence in " ".join(result.stderr.split())


@pytest.mark.parametrize(("text", "expected"), [("0", 0.0), ("90", 90.0), ("1.5", 1.5), ("1h30m", 5400.0)])
def test_durations_are_seconds_or_have_units(text: str, expected: float) -> None:
    assert seconds(text) == expected


def test_verbose_and_quiet_exclude_each_other() -> None:
    result = run("serve", "-v", "-q")
    assert (result.exit_code, "exclude each other" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    "origin", ["localhost:3000", "https://game.example/", "https://game.example/page", ""]
)
def test_an_origin_that_no_browser_sends_is_a_sentence(origin: str) -> None:
    result = run("serve", "--cors", origin)
    assert result.exit_code == 2
    assert "write scheme://host or scheme://host:port, or *" in result.stderr


@pytest.mark.parametrize("host", ["http://game.example", "game.example:80", "game.example/hook", "a b", ""])
def test_a_webhook_host_that_is_none_is_a_sentence(host: str) -> None:
    result = run("serve", "--allow-webhooks", host)
    assert result.exit_code == 2
    assert "write a name or an address alone, without a port" in result.stderr


@pytest.mark.parametrize("name", sorted(main.commands))
def test_every_option_is_named_alike_in_the_environment(name: str) -> None:
    """MOCKADE_PORT, and not MOCKADE_SERVE_PORT as click would have it."""
    with main.make_context("mockade", [name], resilient_parsing=True) as group:
        command = main.commands[name].make_context(name, [], parent=group, resilient_parsing=True)
        assert command.auto_envvar_prefix == "MOCKADE"


@pytest.mark.parametrize(
    "name",
    [
        *("HOME", "HOST", "PORT", "SEED", "STRICT", "MAX_BODY", "CORS", "ALLOW_WEBHOOKS", "TOKEN", "WORLDS"),
        *("IDLE", "JOURNAL", "VERBOSE", "QUIET"),
    ],
)
def test_the_help_of_serve_names_each_variable(name: str) -> None:
    assert f"env var: MOCKADE_{name}" in " ".join(run("serve", "--help").stdout.split())


def test_every_fault_is_told_at_once_with_exit_2(home: Callable[..., Path]) -> None:
    folder = home(
        specs={"game.yaml": GAME, "other.yaml": "openapi: [\n"},
        fixtures={"game.yaml": "games:\n  - {id: 4}\n"},
        apis={"game.py": "def get_gane(call):\n    return {}\n"},
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = mockade("serve", "--home", str(folder), "--port", str(port), cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    lines = done.stderr.splitlines()
    assert lines[0].startswith(f"error 127.0.0.1:{port}: Port {port} is taken.")
    assert sorted(line.split(": ")[0] for line in lines[1:-1]) == [
        "error apis/game.py:1:1",
        "error fixtures/game.yaml:2:6",
        "error specs/other.yaml:2:1",
    ]
    assert lines[-1] == "4 things to mend."


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["meshmpa"], "error meshmpa: There is no API of this name. Did you mean 'meshmap'?"),
        (["--home", "nowhere"], "error nowhere: There is no such folder."),
    ],
)
@pytest.mark.parametrize("command", ["apis", "routes"])
def test_what_is_not_there_is_a_sentence(
    command: str, words: list[str], sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = run(command, *words)
    assert result.exit_code == 2
    assert result.stderr.startswith(sentence)


def test_handlers_that_cannot_be_imported_are_told_by_file_and_line(home: Callable[..., Path]) -> None:
    for module, line in {"import nothing_of_the_sort\n": 1, "x = 1\ndef (\n": 2}.items():
        folder = home(
            specs={"game.yaml": GAME},
            apis={"game/__init__.py": "from .rules import x\n", "game/rules.py": module},
        )
        result = run("apis", "--home", str(folder))
        assert result.exit_code == 2
        assert f"rules.py:{line}:" in result.stderr


def test_one_changed_fixture_file_is_enough_to_add_a_player(home: Callable[..., Path]) -> None:
    fixtures = (bundled("fixtures") / "meshmap.yaml").read_text(encoding="utf-8")
    newcomer = "    meshmap-my-key: {caller: demo}\n"
    changed = fixtures.replace("    meshmap-demo-key:", f"{newcomer}    meshmap-demo-key:", 1)
    with Mock("meshmap", home=home(fixtures={"meshmap.yaml": changed})) as mock:
        assert mock.get(SESSIONS, headers={"x-app-api-key": "meshmap-my-key"}).status_code == 200


def test_a_home_with_contracts_of_its_own_serves_those(home: Callable[..., Path]) -> None:
    result = run("apis", MOCKADE_HOME=str(home(specs={"game.yaml": GAME})))
    assert [line.split()[0] for line in result.stdout.splitlines()[2:]] == ["game"]


def test_routes_say_who_answers(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": GAME}, apis={"game.py": "def list_games(call):\n    return []\n"})
    result = run("routes", "--home", str(folder))
    rows = [line.split(maxsplit=3) for line in result.stdout.splitlines()[2:]]
    assert rows == [
        ["GET", "/games", "game.listGames", "handler"],
        ["GET", "/games/{id}", "game.getGame", "shape: read games"],
        ["GET", "/rules", "game.readRules", "nobody yet: write read_rules"],
    ]


def test_apis_counts_operations_and_names_the_files() -> None:
    lines = run("apis").stdout.splitlines()
    assert [line.split()[0] for line in lines[2:]] == sorted(find_files())
    assert all("specs" in line and "fixtures" in line for line in lines[2:])


@pytest.mark.parametrize("name", sorted(find_files()))
def test_a_copied_api_works_from_its_home(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("copy", name, str(home)).exit_code == 0
    copied = list((home / "apis").rglob("*.py"))
    assert copied
    assert not [path for path in copied if "mockade.apis" in path.read_text(encoding="utf-8")]
    (original,), (api,) = (load_apis(find_files(where, [name])).values() for where in (None, home))
    assert {one: answerer.kind for one, answerer in api.answerers.items()} == {
        one: answerer.kind for one, answerer in original.answerers.items()
    }
    functions = api.module.handlers.values()
    assert functions
    assert all(Path(function.__code__.co_filename).is_relative_to(home) for function in functions)
    assert run("validate", str(home)).exit_code == 0


def test_a_copied_package_answers_with_its_own_modules(tmp_path: Path) -> None:
    package = next(folder for name in find_files() for folder in bundled_handlers(name) if folder.is_dir())
    homes = [tmp_path / "one", tmp_path / "two"]
    for number, home in enumerate(homes):
        assert run("copy", package.name, str(home)).exit_code == 0
        for module in (home / "apis" / package.name).glob("[a-z]*.py"):
            module.write_text(module.read_text(encoding="utf-8") + f"\nHOME = {number}\n", encoding="utf-8")
    for number, home in enumerate(homes):
        (api,) = load_apis(find_files(home)).values()
        operation = api.contract.operations[0]
        function = api.module.handlers[handler_name(operation)]
        assert function.__globals__["HOME"] == number


def test_copy_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "meshmap.yaml").write_text("mine", encoding="utf-8")
    result = run("copy", "meshmap", str(tmp_path))
    assert result.exit_code == 2
    assert "Nothing was copied; name another folder." in result.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "specs" / "meshmap.yaml"]


def test_serve_loads_nothing_that_only_other_commands_need() -> None:
    code = (
        "import sys; from mockade import launch; from mockade.cli import log, main;"
        "from mockade.app import create_app;"
        "others = {'openapi_spec_validator', 'mockade.validation', 'mockade.cli.tables', 'mockade.client'};"
        "print(others & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


def test_the_port_is_the_one_that_is_documented() -> None:
    assert f"default: {PORT}" in " ".join(run("serve", "--help").stdout.split())
