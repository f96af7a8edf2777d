"""`mockade world export` and `import`: a world as a file, whole or not at all.

Holds `cli/whole_file.py` and the streams of `client/http.py` too.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main
from mockade.cli.whole_file import write_whole
from mockade.errors import SetupError
from mockade.testing import MockServer
from tests.cli.commands import KEY, SESSIONS


@pytest.fixture
def servers() -> Iterator[tuple[MockServer, MockServer]]:
    with MockServer("meshmap") as one, MockServer("meshmap") as other:
        yield one, other


def run(server: MockServer, *words: str, input: bytes | None = None) -> Result:
    return CliRunner(env={"MOCKADE_URL": server.url}).invoke(main, ("world", *words), input=input)


def new_session(server: MockServer, world: str) -> str:
    answer = httpx.post(f"{server.url}/@{world}{SESSIONS}", headers=KEY, json={"name": "New"})
    return str(answer.raise_for_status().json()["id"])


def test_a_world_moves_by_a_file_and_is_deleted_behind(
    servers: tuple[MockServer, MockServer], tmp_path: Path
) -> None:
    here, there = servers
    new_session(here, "arena")
    file = tmp_path / "arena.world"
    done = run(here, "export", "arena", str(file))
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["arena.world"]
    done = run(there, "import", str(file))
    assert done.stdout.startswith(f"The world 'arena' goes on at {there.url}/@arena: "), done.output
    assert run(here, "delete", "arena").exit_code == 0
    assert there.other("arena").state.collections()["meshmap"]["game-sessions"] == 3
    assert run(there, "import", str(file), "copy").exit_code == 0
    assert new_session(there, "arena") == new_session(there, "copy")


def test_a_world_moves_through_a_pipe(servers: tuple[MockServer, MockServer]) -> None:
    here, there = servers
    new_session(here, "arena")
    out = run(here, "export", "arena", "-").stdout_bytes
    assert run(there, "import", "-", input=out).exit_code == 0
    assert here.other("arena").state.collections() == there.other("arena").state.collections()


def test_neither_a_file_nor_a_world_is_lost_unless_that_is_asked_for(
    servers: tuple[MockServer, MockServer], tmp_path: Path
) -> None:
    here, there = servers
    new_session(here, "arena")
    new_session(there, "arena")
    file = tmp_path / "arena"
    file.write_text("mine")
    refused = run(here, "export", "arena", str(file))
    assert (refused.exit_code, "--replace" in refused.output) == (2, True)
    assert file.read_text() == "mine"
    assert run(here, "export", "arena", str(file), "--replace").exit_code == 0
    before = there.other("arena").state.rows("meshmap", "game-sessions")
    refused = run(there, "import", str(file))
    assert (refused.exit_code, "--replace" in refused.output) == (2, True)
    assert there.other("arena").state.rows("meshmap", "game-sessions") == before
    assert run(there, "import", str(file), "--replace").exit_code == 0
    assert there.other("arena").state.rows("meshmap", "game-sessions") != before
    refused = run(there, "import", str(file), "default")
    assert (refused.exit_code, "--replace" in refused.output) == (2, True)


@pytest.mark.parametrize(
    ("name", "file", "expected"),
    [
        ("none", "x", "There is no world 'none'"),
        ("arena", ".", "This is a folder"),
        ("arena", "no/such/x", "Make its folder first"),
        ("../arena", "x", "a name has 1 to 64"),
        ("a" * 200, "x", "a name has 1 to 64"),
        ("ä", "x", "a name has 1 to 64"),
    ],
)
def test_an_export_that_cannot_be_leaves_nothing(
    servers: tuple[MockServer, MockServer], tmp_path: Path, name: str, file: str, expected: str
) -> None:
    here, _ = servers
    new_session(here, "arena")
    done = run(here, "export", name, str(tmp_path / file))
    assert (done.exit_code, expected.lower() in done.output.lower()) == (2, True), done.output
    assert list(tmp_path.iterdir()) == []
    assert sorted(one["name"] for one in here.worlds()) == ["arena", "default"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "holds no exported world"),
        (b"\x00\xff", "holds no exported world"),
        (b"[" * 100_000, "holds no exported world"),
        (b'{"apis": {}}', "mockade snapshot import"),
        (b'{"mockade_world": 1}', "holds no exported world"),
        (b'{"mockade_world": 1, "name": "../../etc/passwd"}', "no name for one"),
        (b'{"mockade_world": 1, "name": 7}', "no name for one"),
        (b'{"mockade_world": 2, "name": "a"}', "this Mockade reads version 1"),
    ],
)
def test_what_is_no_world_is_told(
    servers: tuple[MockServer, MockServer], tmp_path: Path, content: bytes, expected: str
) -> None:
    here, _ = servers
    file = tmp_path / "x"
    file.write_bytes(content)
    done = run(here, "import", str(file))
    assert (done.exit_code, expected in done.output) == (2, True), done.output
    assert len(here.worlds()) == 1


def test_a_world_of_apis_that_are_not_served_there_is_refused_with_what_is_missing(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with MockServer("meshmap", "rallyhere") as both, MockServer("meshmap") as one:
        both.make("arena")
        assert run(both, "export", "arena", str(file)).exit_code == 0
        done = run(one, "import", str(file))
        assert (done.exit_code, "No API 'rallyhere' is served" in done.output) == (2, True), done.output
        one.make("arena")
        assert run(one, "export", "arena", str(file), "--replace").exit_code == 0
        assert run(both, "import", str(file), "fewer").exit_code == 0
        assert both.other("fewer").state.collections() == both.state.collections()


def test_an_export_that_breaks_off_leaves_no_file_and_says_so(tmp_path: Path) -> None:
    def torn() -> Iterator[bytes]:
        yield b"{}\n"
        raise OSError(5, "Input/output error")

    with pytest.raises(SetupError, match="Input/output error"):
        write_whole(tmp_path / "x", torn(), replace=False)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_came_meanwhile_stays(tmp_path: Path) -> None:
    def slow() -> Iterator[bytes]:
        (tmp_path / "x").write_text("mine")
        yield b"{}\n"

    with pytest.raises(SetupError, match="there already"):
        write_whole(tmp_path / "x", slow(), replace=False)
    assert [(one.name, one.read_text()) for one in tmp_path.iterdir()] == [("x", "mine")]


@pytest.mark.skipif(sys.platform == "win32", reason="Named pipes of POSIX.")
def test_a_pipe_is_written_into(servers: tuple[MockServer, MockServer], tmp_path: Path) -> None:
    here, _ = servers
    here.make("arena")
    os.mkfifo(tmp_path / "pipe")
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append((tmp_path / "pipe").read_bytes()))
    reader.start()
    assert run(here, "export", "arena", str(tmp_path / "pipe")).exit_code == 0
    reader.join()
    assert json.loads(read[0].splitlines()[0])["name"] == "arena"


def test_a_large_world_goes_through_in_blocks(servers: tuple[MockServer, MockServer], tmp_path: Path) -> None:
    here, there = servers
    row = here.state.rows("meshmap", "players")[0]
    rows = {f"demo/p{number}": {**row, "id": f"p{number}"} for number in range(8_000)}
    document = {"apis": {"meshmap": {"players": [{**one, "_key": key} for key, one in rows.items()]}}}
    here.make("arena")
    here.other("arena").snapshots.put("large", document)
    here.other("arena").snapshots.restore("large")
    file = tmp_path / "arena"
    blocks = list(map(len, here.other("arena").document()))
    assert len(blocks) > 10
    assert max(blocks) <= 64 * 1024
    assert run(here, "export", "arena", str(file)).exit_code == 0
    assert file.stat().st_size == sum(blocks)
    assert run(there, "import", str(file)).exit_code == 0
    assert there.other("arena").state.collections()["meshmap"]["players"] == 8_000


def test_a_world_is_copied_on_its_own_server_while_others_ask_it(
    servers: tuple[MockServer, MockServer],
) -> None:
    here, _ = servers
    new_session(here, "arena")

    def asked_meanwhile() -> Iterator[bytes]:
        for block in here.other("arena").document():
            assert here.health()
            yield block

    here.other("copy").move_in(here.other("arena").document())
    here.other("again").move_in(list(asked_meanwhile()))
    rows = [here.other(name).state.rows("meshmap", "game-sessions") for name in ("arena", "copy", "again")]
    assert rows[0] == rows[1] == rows[2]
