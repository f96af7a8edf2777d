"""`mockade serve`: its options at work, its log and how it ends (`cli/serving.py`, too)."""

from __future__ import annotations

import gc
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from mockade.catalogue.files import bundled, find_files
from tests.cli.commands import GAME, KEY, SESSIONS, run
from tests.harness import Mock
from tests.servers import Server, environment, mockade

REPORTS_GARBAGE = """\
import gc

def list_games(call):
    looked_at = any(type(one).__name__ == "Contract" for one in gc.get_objects())
    return [{"id": f"by itself: {gc.isenabled()}, frozen: {not looked_at}"}]
"""
V1 = "/_mockade/v1"
BOMB = "a: &a [x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 10)}]\n" for old, new in pairwise("abcdefghij")
)


@pytest.fixture(scope="module")
def log_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("log") / "file"


@pytest.fixture(scope="module")
def served(log_file: Path) -> Iterator[Server]:
    """All bundled APIs, every option given through the environment."""
    env = {
        "MOCKADE_LOG": str(log_file),
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


def test_mockade_log_writes_what_verbose_tells(served: Server, log_file: Path) -> None:
    served.request("GET", "/logged")
    assert served.line("GET", "/logged", "404")
    assert "GET /logged 404" in log_file.read_text(encoding="utf-8")


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
def test_python_does_not_collect_by_itself_once_it_serves(
    home: Callable[..., Path], flags: list[str], frozen: bool
) -> None:
    folder = home(specs={"game.yaml": GAME}, apis={"game.py": REPORTS_GARBAGE})
    with Server("--home", str(folder), *flags) as one:
        games = one.request("GET", "/games").json()
    assert games == [{"id": f"by itself: False, frozen: {frozen}"}]
    assert run("serve", "nothing").exit_code == 2
    assert gc.isenabled()


def test_quiet_prints_the_ready_line_only() -> None:
    with Server("meshmap", env={"MOCKADE_QUIET": "1"}) as one:
        one.request("GET", SESSIONS, headers=KEY)
        assert one.stop() == (0, "")
        assert one.lines == [f"Mockade is ready: {one.url}"]


def test_worlds_idle_and_journal_are_bounded_by_their_options() -> None:
    env = {"MOCKADE_WORLDS": "2", "MOCKADE_IDLE": "1h", "MOCKADE_JOURNAL": "1"}
    with Server("meshmap", env=env) as one:
        assert one.request("GET", f"/@a{SESSIONS}", headers=KEY).status_code == 200
        assert one.request("GET", f"/@b{SESSIONS}", headers=KEY).status_code == 503
        for _ in range(3):
            one.request("GET", f"/@a{SESSIONS}", headers=KEY)
        entries = one.request("GET", f"{V1}/worlds/a/journal").json()["exchanges"]
        assert [entry["id"] for entry in entries] == [4]


def test_verbose_and_quiet_exclude_each_other() -> None:
    result = run("serve", "-v", "-q")
    assert (result.exit_code, "exclude each other" in result.stderr) == (2, True)


def test_every_fault_is_reported_at_once_with_exit_2(home: Callable[..., Path]) -> None:
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


def test_one_changed_fixture_file_is_enough_to_add_a_player(home: Callable[..., Path]) -> None:
    fixtures = (bundled("fixtures") / "meshmap.yaml").read_text(encoding="utf-8")
    newcomer = "    meshmap-my-key: {caller: demo}\n"
    changed = fixtures.replace("    meshmap-demo-key:", f"{newcomer}    meshmap-demo-key:", 1)
    with Mock("meshmap", home=home(fixtures={"meshmap.yaml": changed})) as mock:
        assert mock.get(SESSIONS, headers={"x-app-api-key": "meshmap-my-key"}).status_code == 200


def test_serve_loads_nothing_that_only_other_commands_or_contracts_need() -> None:
    code = (
        "import sys; from mockade import launch; from mockade.cli import log, main;"
        "from mockade.app import create_app; from mockade.settings import Settings;"
        "from mockade.catalogue.files import find_files;"
        "create_app(launch.load_apis(find_files()), Settings());"
        "others = {'openapi_spec_validator', 'mockade.validation', 'mockade.cli.tables', 'mockade.client',"
        " 'xml.etree', 'mockade.control', 'mockade.snapshots',"
        " 'mockade.cli.worlds', 'mockade.cli.serve', 'mockade.contract.xml_encoder',"
        " 'mockade.crud.operations', 'mockade.contract.generation.generator', 'mockade.console'};"
        "print(others & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == "set()\n"


@pytest.mark.parametrize("words", [["game.yaml"], ["./game.yaml"], ["home"], ["home/specs/game.yaml"]])
def test_a_document_or_a_folder_is_served_by_its_path(
    home: Callable[..., Path], tmp_path: Path, words: list[str]
) -> None:
    home(specs={"game.yaml": GAME})
    (tmp_path / "game.yaml").write_text(GAME, encoding="utf-8")
    with Server(*words, cwd=tmp_path) as one:
        assert len(one.request("GET", "/games").json()) == 3
        assert one.stop() == (0, "")


HANGUP = """
import signal
signal.signal(signal.SIGHUP, signal.{disposition})
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_server_whose_terminal_is_closed_saves_its_state(home: Callable[..., Path], tmp_path: Path) -> None:
    folder, state = home(specs={"game.yaml": GAME}), tmp_path / "state.json"
    first = HANGUP.format(disposition="SIG_DFL")
    with Server(".", "--state", str(state), cwd=folder, first=first) as one:
        assert one.request("POST", "/_mockade/v1/snapshots", json={"name": "kept"}).status_code == 201
        one.signal(signal.SIGHUP)
        assert one.end() == (0, "")
    assert '"kept"' in state.read_text(encoding="utf-8")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="Windows has no SIGHUP")
def test_a_server_under_nohup_outlives_its_terminal(home: Callable[..., Path]) -> None:
    first = HANGUP.format(disposition="SIG_IGN")
    with Server(".", cwd=home(specs={"game.yaml": GAME}), first=first) as one:
        one.signal(signal.SIGHUP)
        assert one.request("GET", "/games").status_code == 200
        assert one.stop() == (0, "")


def test_a_folder_with_contracts_of_its_own_is_told_how_to_serve_them(home: Callable[..., Path]) -> None:
    with Server(cwd=home(specs={"game.yaml": GAME})) as one:
        line = "The contracts in specs/ of this folder are not served; to serve them: mockade serve .\n"
        assert one.stop() == (0, line)


def test_a_file_that_nobody_reads_is_a_warning(home: Callable[..., Path]) -> None:
    folder = home(specs={"game.yaml": GAME, "other.yaml": "opneapi: 3.0.3\n"})
    with Server(".", cwd=folder) as one:
        code, complaint = one.stop()
    assert code == 0
    assert complaint.startswith("warning specs/other.yaml:1:1: This document begins with 'opneapi'")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("client.json", '{"name": "Client", "calls": [], "datatypes": {}}', "PlayFab's own form"),
        ("tests.json", '{"info": {"name": "x"}, "item": []}', "Postman collection"),
        ("index.html", "<!doctype html>\n<html></html>\n", "web page (HTML)"),
        ("empty.yaml", "", "This file is empty."),
        ("program", "\x7fELF\x01\udcff", "This file is a program, no OpenAPI document."),
        ("bomb.yaml", BOMB, "aliases"),
        (
            "system.yaml",
            "openapi: 3.0.3\npaths: {$ref: ../../../../../../../etc/passwd}\n",
            "leads out of the contract's folder",
        ),
        ("host.yaml", "openapi: 3.0.3\npaths: {$ref: 'http://x.test/a.yaml'}\n", "leads to the network"),
    ],
)
def test_what_is_no_document_is_one_sentence_and_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, text: str, words: str
) -> None:
    # The bound itself is tried where YAML is read: to come to it takes seconds.
    monkeypatch.setattr("mockade.contract.yaml_reader.LARGEST", 20_000)
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    for command in ("serve", "routes", "apis"):
        result = run(command, str(tmp_path / name))
        assert result.exit_code == 2
        assert words in result.stderr
        assert result.stderr.count("\n") == 1
