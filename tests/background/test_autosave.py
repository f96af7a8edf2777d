"""State that survives a restart: saved whole or not at all, and loaded only when it is what it should be."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from mockade.background.autosave import AutoSave
from tests.harness import Mock
from tests.saving import ids, shop
from tests.servers import Server, mockade

Serve = Callable[..., Mock]
Keep = Callable[[Mock], AutoSave]
V1 = "/_mockade/v1"


def test_worlds_and_snapshots_survive_a_restart(serve: Serve, keep: Keep) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    mock.delete("/widgets/w1")
    mock.delete("/@a/widgets/w2")
    mock.get("/@untouched/widgets")
    mock.put(f"{V1}/worlds/b/clock", json={"mode": "real", "now": "2026-01-05T12:00:00Z", "rate": 9999})
    taken = mock.post(f"{V1}/worlds/b/snapshots", json={"name": "s"}).json()
    autosave.close()
    again = shop(serve)
    keep(again)
    assert [world["name"] for world in again.get(f"{V1}/worlds").json()["worlds"]] == ["default", "a", "b"]
    assert (ids(again), ids(again, "/@a"), ids(again, "/@b")) == (["w2"], ["w1"], ["w1", "w2"])
    assert again.get(f"{V1}/worlds/b/snapshots").json()["snapshots"] == [taken]
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
