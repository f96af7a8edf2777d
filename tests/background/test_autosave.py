"""State that survives a restart: saved whole or not at all, and loaded only when it is what it should be."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import orjson
import pytest

from mockade.app import create_app
from mockade.background.autosave import AutoSave
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.settings import Settings
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock
from tests.saving import ids, shop
from tests.servers import NO_TLS, Server, mockade

Serve = Callable[..., Mock]
Keep = Callable[[Mock], AutoSave]
V1 = "/_mockade/v1"
ROUNDS = int(os.environ.get("MOCKADE_SOAK", "3"))
"""How often a server is killed while it saves; `make soak` asks for more."""
KEPT = """
import sys
from pathlib import Path
from mockade.app import create_app
from mockade.background.autosave import AutoSave
from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.cli import log
from mockade.server.listener import bind, url_of
from mockade.server.uvicorn_server import run
from mockade.settings import Settings

apis = load_apis(find_files(Path(sys.argv[1])))
listener = bind("127.0.0.1", 0)
app, worlds = create_app(apis, Settings())
keeper = AutoSave(Path(sys.argv[2]), worlds, lambda: apis, every=0.001)
url = url_of(listener, "127.0.0.1")

def started():
    keeper.start()
    print(log.READY, url, flush=True)

run(app, listener, started, patience=20.0)
keeper.close()
"""
"""A server that looks for changes a thousand times a second."""


def test_worlds_and_snapshots_survive_a_restart(serve: Serve, keep: Keep) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    mock.delete("/widgets/w1")
    mock.delete("/@a/widgets/w2")
    mock.get("/@untouched/widgets")
    mock.post(f"{V1}/worlds/b/snapshots", json={"name": "s"})
    autosave.close()
    again = shop(serve)
    keep(again)
    assert [world["name"] for world in again.get(f"{V1}/worlds").json()["worlds"]] == ["default", "a", "b"]
    assert (ids(again), ids(again, "/@a"), ids(again, "/@b")) == (["w2"], ["w1"], ["w1", "w2"])
    assert [one["name"] for one in again.get(f"{V1}/worlds/b/snapshots").json()["snapshots"]] == ["s"]
    again.post(f"{V1}/reset")
    assert ids(again) == ["w1", "w2"], "a reset goes to the fixtures"


def test_time_what_will_happen_and_who_may_call_survive_a_restart(
    make_mock: Callable[..., Mock], keep: Keep
) -> None:
    mock = make_mock("rallyhere")
    autosave = keep(mock)
    body = {
        "session_type": "duel",
        "client_version": "1.0.0",
        "client_settings": {"platform": "Steam", "input": "gamepad"},
    }
    path = mock.post("/session/v1/session", token="ada", json=body).json()["session_id"]
    minted = mock.post(f"{V1}/credentials", json={"api": "rallyhere", "permissions": ["session:*"]}).json()
    mock.advance(600)
    autosave.close()
    again = make_mock("rallyhere", frozen=False)
    keep(again)
    assert again.get(f"{V1}/clock").json()["now"] == "2026-01-05T12:10:00.000Z"
    read = f"/session/v1/session/{path}?refresh_ttl=false"
    assert again.get(read, token=minted["secret"]).status_code == 200
    assert again.get(read, token="ada").status_code == 200
    again.post(f"{V1}/clock/advance", json={"by": "50m"})
    assert again.get(read, token="ada").status_code == 404


def test_nothing_is_saved_while_nothing_changes(serve: Serve, keep: Keep, path: Path) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    mock.get("/widgets")
    autosave.save_changes()
    autosave.wait()
    assert not path.exists()
    mock.delete("/widgets/w1")
    autosave.save_changes()
    autosave.wait()
    saved = path.stat()
    mock.get("/widgets")
    autosave.save_changes()
    autosave.wait()
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (saved.st_ino, saved.st_mtime_ns)


def test_the_file_is_there_at_the_end_even_when_nothing_has_changed(
    serve: Serve, keep: Keep, path: Path
) -> None:
    keep(shop(serve)).close()
    assert orjson.loads(path.read_bytes()) == {"mockade": 1, "worlds": {}, "snapshots": {}}
    keep(shop(serve))


def test_a_full_disk_is_told_once_and_tried_again(
    serve: Serve, keep: Keep, path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    mock.delete("/widgets/w1")
    with monkeypatch.context() as broken:

        def full(_file: int) -> None:
            raise OSError(28, "No space left on device")

        broken.setattr(os, "fsync", full)
        for _ in range(2):
            autosave.save_changes()
            autosave.wait()
    said = capsys.readouterr().err
    assert said.count("The state cannot be saved there: No space left on device. It is tried again.") == 1
    assert not path.exists()
    assert mock.get("/widgets").status_code == 200
    autosave.save_changes()
    autosave.wait()
    assert "The state is saved there again." in capsys.readouterr().err
    assert b'"w2"' in path.read_bytes()
    assert sorted(one.suffix for one in path.parent.iterdir() if one.is_file()) == [".json", ".lock"]


def test_a_server_saves_while_it_runs_and_when_it_is_told_to_stop(tmp_path: Path) -> None:
    words = ("meshmap", "--state", "state.json")
    for rows in (3, 2):
        with Server(*words, cwd=tmp_path) as server:
            found = server.request("GET", f"{V1}/state/meshmap/players").json()["rows"]
            assert len(found) == rows
            key = found[0]["_key"].replace("/", "%2F")
            assert server.request("DELETE", f"{V1}/state/meshmap/players/{key}").status_code == 204
            other = mockade("serve", "--port", "0", *words, cwd=tmp_path)
            assert (other.returncode, "Another server holds this file." in other.stderr) == (2, True)
            server.signal(signal.SIGINT if rows == 3 else signal.SIGTERM)
            assert server.end() == (0, "")


def test_a_state_that_does_not_fit_ends_the_command_with_2(tmp_path: Path) -> None:
    (tmp_path / "state.json").write_text("{}")
    ended = mockade("serve", "--port", "0", "meshmap", "--state", "state.json", cwd=tmp_path)
    assert ended.returncode == 2
    assert "state.json: This is no state file" in ended.stderr
    assert (tmp_path / "state.json").read_text() == "{}"


def test_a_server_that_is_killed_while_it_saves_leaves_the_file_whole(
    home: Callable[..., Path], path: Path
) -> None:
    """Each round writes one row after the other, each with a number, and is killed at a moment of chance."""
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, fixtures={"shop.yaml": WIDGETS})
    apis = load_apis(find_files(folder))
    command = [sys.executable, "-c", KEPT, str(folder), str(path)]
    chance = random.Random(7)
    known, left = 0, 0
    for _ in range(ROUNDS):
        if known > 300:
            path.unlink()
            known = 0
        written = known
        with Server(command=command) as server, httpx.Client(base_url=server.url, verify=NO_TLS) as client:
            for _ in range(chance.randrange(5, 40)):
                written += 1
                row = {"id": f"n{written}", "name": "x" * chance.randrange(5000)}
                assert client.put(f"{V1}/state/shop/widgets/n{written}", json=row).status_code == 201
            server.process.kill()
        left += (path.parent / ".state.json.new").exists()
        if path.exists():
            _, worlds = create_app(apis, Settings())
            AutoSave(path, worlds, lambda: apis).close()
            rows = worlds.default.state.table("shop", "widgets").rows
            numbers = sorted(int(key[1:]) for key in rows if key.startswith("n"))
            assert numbers == list(range(1, len(numbers) + 1))
            assert known <= len(numbers) <= written, "it is what was there at some moment"
            known = len(numbers)
    assert known > 0
    if ROUNDS >= 100:
        assert left > 0, "no round was killed while it wrote"
    print(f"{ROUNDS} rounds, {left} of them killed while the file was written; whole each time.")
