"""The state file: replaced whole or not at all, locked by one server, and read only when it fits.

Its locks are those of `snapshots/state_locks.py`, and the documents in it those of `snapshots/reader.py` and
`snapshots/writer.py`; over HTTP they are tested in `tests/control/test_snapshots.py`.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from mockade.background.autosave import AutoSave
from mockade.errors import SetupError
from mockade.snapshots.state_file import StateFile
from tests.contracts import contract, crud
from tests.harness import Mock
from tests.saving import ids, refused, shop

Serve = Callable[..., Mock]
Keep = Callable[[Mock], AutoSave]
V1 = "/_mockade/v1"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_mode(
    serve: Serve, keep: Keep, path: Path
) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    autosave.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o640)
    autosave = keep(mock)
    mock.delete("/widgets/w1")
    autosave.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(one.name for one in path.parent.iterdir() if one.is_file()) == ["state.json"]


@pytest.mark.parametrize("form", ["json", "yaml"])
def test_a_snapshot_that_was_taken_away_is_the_default_worlds(
    serve: Serve, keep: Keep, path: Path, form: str
) -> None:
    mock = shop(serve)
    mock.delete("/widgets/w1")
    mock.post(f"{V1}/snapshots", json={"name": "s"})
    path.write_bytes(mock.get(f"{V1}/snapshots/s?format={form}").content)
    again = shop(serve)
    autosave = keep(again)
    assert ids(again) == ["w2"]
    again.put(f"{V1}/state/shop/widgets/w9", json={"id": "w9", "name": "Nine"})
    autosave.close()
    third = shop(serve)
    keep(third)
    assert ids(third) == ["w2", "w9"]


@pytest.mark.parametrize("rows", [3, 1, 0, 5])
def test_made_rows_come_back_as_they_were_whatever_number_is_asked_for_now(
    home: Callable[..., Path], make_mock: Serve, keep: Keep, rows: int
) -> None:
    folder = home(specs={"shop.yaml": contract({**crud("/widgets"), **crud("/shops/{shop}/bolts")})})
    mock = make_mock(home=folder, rows=3)
    autosave = keep(mock)
    first, second, third = ids(mock)
    shop = mock.state.table("shop", "bolts").rows
    mock.delete(f"/widgets/{first}")
    mock.patch(f"/widgets/{second}", json={"name": "changed"})
    added = mock.post("/widgets", json={"name": "new"}).json()
    before = mock.get("/widgets").json()
    autosave.close()

    again = make_mock(home=folder, rows=rows)
    keep(again)
    assert again.get("/widgets").json() == before
    assert [row["id"] for row in before] == [second, third, added["id"]]
    assert {key: one.values for key, one in again.state.table("shop", "bolts").rows.items()} == {
        key: one.values for key, one in shop.items()
    }
    # The third is made up still where the same is made now; else it counts as written.
    assert again.post("/widgets", json={"id": third, "name": "x"}).status_code == (201 if rows >= 3 else 409)
    assert again.post("/widgets", json={"id": added["id"], "name": "x"}).status_code == 409
    assert again.post(f"{V1}/reset").is_success
    fresh = make_mock(home=folder, rows=rows)
    assert again.get("/widgets").json() == fresh.get("/widgets").json()
    assert len(ids(again)) == rows


def test_a_row_as_deep_as_a_body_may_be_comes_back(serve: Serve, keep: Keep) -> None:
    mock = shop(serve)
    autosave = keep(mock)
    deep: Any = 1
    for _ in range(120):
        deep = [deep]
    assert (
        mock.put(f"{V1}/state/shop/widgets/w1", json={"id": "w1", "name": "x", "_deep": deep}).status_code
        == 200
    )
    autosave.close()
    keep(shop(serve))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"", "This file is empty"),
        (b"  \n", "This file is empty"),
        (b'{"mockade":1,"worlds":{"default":{"seed":0', "This is torn, or no JSON"),
        (b'{"mockade":1,"worlds":{}} x', "This is torn, or no JSON"),
        (b"\xff\xfe", "not UTF-8"),
        (b"\x00\x01\x02", "not YAML"),
        (b"{" + b'"a":{' * 300 + b"}" * 301, "levels deep"),
        (b"[1]", "no state file of Mockade's"),
        (b"hello", "no state file of Mockade's"),
        (b'{"name":"package","version":"1"}', "neither `worlds` nor `apis`"),
        (b'{"worlds":{}}', "does not say its version"),
        (b'{"mockade":2,"worlds":{}}', "is of version 2"),
        (b'{"mockade":1,"worlds":[]}', "no state file"),
        (b'{"mockade":1,"worlds":{},"more":1}', "it has 'more'"),
        (b'{"mockade":1,"worlds":{},"snapshots":{"a":3}}', "`snapshots` is no object of objects"),
        (b'{"mockade":1,"worlds":{"a":3}}', "/worlds/a: "),
        (b'{"mockade":1,"worlds":{"UP":{"apis":{}}}}', "'UP' is no name for a world"),
        (
            b'{"mockade":1,"worlds":{"a":{"apis":{"shpo":{}}}}}',
            "/worlds/a/apis/shpo: No API 'shpo' is served. Did",
        ),
        (
            b'{"mockade":1,"worlds":{},"snapshots":{"a":{"s":{"apis":{"shop":{"widgets":[{"id":"x"}]}}}}}}',
            "/snapshots/a/s/apis/shop/widgets/0/name: 'name' is required. The contract says so at",
        ),
        (b"apis: {shop: {widgets: [{id: x, name: y}, {id: x, name: z}]}}", "two rows with the key 'x'"),
    ],
)
def test_a_torn_or_foreign_file_is_refused_with_a_sentence_and_left_alone(
    serve: Serve, keep: Keep, path: Path, text: bytes, sentence: str
) -> None:
    path.write_bytes(text)
    mock = shop(serve)
    said = refused(lambda: keep(mock))
    assert said.startswith(str(path))
    assert sentence in said
    assert path.read_bytes() == text
    path.unlink()
    keep(mock)  # it is not held any more


def test_every_fault_of_a_file_is_told(serve: Serve, keep: Keep, path: Path) -> None:
    rows = [{"id": f"w{number}", "name": number} for number in range(500)]
    worlds = {name: {"apis": {"shop": {"widgets": rows[:2]}}} for name in "ab"}
    path.write_bytes(orjson.dumps({"mockade": 1, "worlds": worlds}))
    assert refused(lambda: keep(shop(serve))).count("Expected string") == 4
    path.write_bytes(orjson.dumps({"apis": {"shop": {"widgets": rows}}}))
    assert "There are 400 faults more. It is left as it is" in refused(lambda: keep(shop(serve)))


def test_a_place_where_nothing_can_be_written_stops_the_start(serve: Serve, tmp_path: Path) -> None:
    mock = shop(serve)
    nowhere = tmp_path / "no" / "state.json"
    assert "There is no folder for this file." in refused(
        lambda: AutoSave(nowhere, mock.worlds, lambda: mock.apis)
    )
    assert "This is no file." in refused(lambda: AutoSave(tmp_path, mock.worlds, lambda: mock.apis))


def test_a_second_server_on_one_file_is_refused(serve: Serve, keep: Keep) -> None:
    first = keep(shop(serve))
    assert "Another server holds this file." in refused(lambda: keep(shop(serve)))
    first.close()
    keep(shop(serve))


def test_what_a_killed_server_left_behind_is_cleared_away(serve: Serve, keep: Keep, path: Path) -> None:
    for name in (".state.json.new", ".state.json.lock"):
        (path.parent / name).write_text("left")
    keep(shop(serve))
    assert not (path.parent / ".state.json.new").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot sync a folder")
def test_the_file_is_synced_before_it_is_renamed_and_its_folder_after_that(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut could leave an empty file, or the old one after it was said to be saved."""
    done: list[str] = []
    fsync, replace = os.fsync, os.replace
    folder = path.parent.stat()

    def recorded_fsync(descriptor: int) -> None:
        of_folder = os.path.samestat(os.fstat(descriptor), folder)
        done.append("sync the folder" if of_folder else "sync the file")
        fsync(descriptor)

    def recorded_replace(source: Path, target: Path) -> None:
        done.append(f"rename to {target.name}")
        replace(source, target)

    monkeypatch.setattr(os, "fsync", recorded_fsync)
    monkeypatch.setattr(os, "replace", recorded_replace)
    file = StateFile(path)
    try:
        file.save({}, {})
    finally:
        file.close()
    assert done == ["sync the file", "rename to state.json", "sync the folder"]


@pytest.mark.skipif(sys.platform == "win32", reason="there a lock would keep the file from being replaced")
def test_a_hard_link_to_a_file_that_is_held_is_refused(
    make_mock: Callable[..., Mock], keep: Callable[[Mock], AutoSave], path: Path
) -> None:
    mock = make_mock("meshmap")
    mock.post("/_mockade/v1/snapshots", json={"name": "s"})
    first = keep(mock)
    first.close()  # the file is there now
    held = keep(make_mock("meshmap"))
    for number in range(2):
        other = path.with_name(f"link-{number}.json")
        os.link(path, other)
        with pytest.raises(SetupError, match="under another name"):
            AutoSave(other, mock.worlds, lambda: mock.apis)
        assert not list(path.parent.glob(".link-*.lock"))
        other.unlink()
        # A save replaces the file: its new one is held as well.
        held._save({}, {}, 0.0)
    held.close()
    os.link(path, path.with_name("link.json"))
    AutoSave(path.with_name("link.json"), mock.worlds, lambda: mock.apis).close()
