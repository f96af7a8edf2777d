"""The files of a run: every entry of every journal, as the control API tells it.

Holds `cli/run_options.py` too.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from mockade.catalogue.loading import load_apis
from mockade.catalogue.selection import Selection
from mockade.cli.run_files import RunFiles
from mockade.errors import SetupError
from mockade.worlds.journal import Exchange
from tests.cli.commands import GAME
from tests.harness import Mock, bundled

MESHMAP = bundled(("meshmap",))
KEY = {"x-app-api-key": "meshmap-demo-key"}
SESSIONS = "/apps/game-sessions"


def test_the_journal_file_has_what_the_control_api_tells_and_what_journals_drop(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    har = tmp_path / "out.har"
    files = RunFiles(MESHMAP, journal_out=path, har=har)
    with Mock("meshmap", on_entry=files.on_entry) as mock:
        for world in ("", "/@other"):
            mock.get(f"{world}{SESSIONS}", headers=KEY)
            mock.post(f"{world}{SESSIONS}", headers=KEY, json={"name": 7, "password": "p"})
            mock.post(f"{world}/_mockade/v1/clock/advance", json={"by": "1h"})
            mock.get(f"{world}/nothing?token=s", headers={"authorization": "Bearer s"})
        told = [mock.get(f"{world}/_mockade/v1/journal?format=ndjson").content for world in ("", "/@other")]
        assert path.read_bytes() == b"".join(told)
        assert b"Bearer" not in path.read_bytes()
        assert path.read_bytes().count(b"\n") == 8
        exchanges = json.loads(har.read_bytes())["log"]["entries"]  # at any moment
        assert len(exchanges) == 6
    with Mock("meshmap", on_entry=files.on_entry, journal=1) as mock:
        for _ in range(3):
            mock.get(SESSIONS, headers=KEY)
    assert path.read_bytes().count(b"\n") == 11
    assert files.close() == []


def test_an_entry_is_in_the_file_before_its_answer_is_sent(tmp_path: Path) -> None:
    path = tmp_path / "out.ndjson"
    seen: list[int] = []
    files = RunFiles(MESHMAP, journal_out=path)
    with Mock("meshmap", on_entry=files.on_entry) as mock:
        answers = mock.at_once("POST", SESSIONS, "", [{"name": str(n)} for n in range(100)], KEY)
        seen += [int(answer.headers["x-mockade-exchange"]) for answer in answers]
    assert path.read_bytes().count(b"\n") == 100
    assert sorted(seen) == list(range(1, 101))
    files.close()


def test_the_log_file_has_what_verbose_prints_without_colours(tmp_path: Path) -> None:
    files = RunFiles(MESHMAP, log=tmp_path / "log")
    assert files.on_entry is None
    with Mock("meshmap") as mock:
        mock.post(SESSIONS, headers=KEY, json={"name": "One"})
        mock.get("/nothing")
        for exchange in mock.told:
            files.ended(exchange)
    assert files.close() == []
    lines = (tmp_path / "log").read_text().splitlines()
    assert lines[0].startswith("2026-01-05T12:00:00.000Z  POST /apps/game-sessions 201  handler meshmap.")
    assert lines[1].startswith("    added game-sessions ")
    assert "No operation at GET /nothing." in lines[3]


def test_all_files_that_cannot_be_written_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "same")
    with pytest.raises(SetupError) as caught:
        RunFiles(MESHMAP, journal_out=tmp_path / "no" / "x", log=tmp_path / "no" / "y")
    assert len(caught.value.findings) == 2
    with pytest.raises(SetupError, match="It is the file of --journal-out too: --log needs one of its own"):
        RunFiles(MESHMAP, journal_out=tmp_path / "same", log=tmp_path / "link")
    contract = tmp_path / "specs" / "it.yaml"
    contract.parent.mkdir()
    contract.write_text(GAME, encoding="utf-8")
    served = load_apis(Selection([str(contract)]).files())
    with pytest.raises(SetupError, match="This file is read too, and would be lost"):
        RunFiles(served, har=contract)
    assert contract.read_text(encoding="utf-8") == GAME
    RunFiles(MESHMAP, journal_out=Path("/dev/null"), log=Path("/dev/null")).close()


def test_what_a_full_disk_left_out_is_told() -> None:
    files = RunFiles(MESHMAP, journal_out=Path("/dev/full"))
    assert files.on_entry is not None
    files.on_entry(Exchange("GET", "/x", "default", id=1, status=200, answered_by="handler"))
    assert [str(one) for one in files.close()] == [
        "/dev/full: An entry of it is missing: No space left on device."
    ]
