"""The runs of `make soak`, each with tiny numbers, and the page that they write."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from benchmarks import processes
from benchmarks.reliability import (
    clocks,
    full_disk,
    idle,
    joins,
    killing,
    linearizability,
    mixed,
    read_only,
    sharing,
    slow_readers,
    state_machine,
    store_cuts,
    store_full,
    store_killing,
    webhooks,
    workers,
)
from benchmarks.reliability.__main__ import main
from benchmarks.reliability.mixture import Requests
from benchmarks.reliability.outcome import Outcome, Scale
from benchmarks.reliability.page import MARK, page
from benchmarks.reliability.runs import RUNS, Run, chosen
from tests.forked import ForkedModules

TINY = Scale(requests=400, rounds=1, connections=50)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Servers are ended by POSIX signals here.")


@pytest.fixture(autouse=True)
def _forked_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that is forked does what one does that is started, and loads nothing."""
    monkeypatch.setattr(processes, "subprocess", ForkedModules)


def lost(outcome: Outcome) -> list[str]:
    if not outcome.tried:
        pytest.skip(outcome.notes[0])
    return outcome.lost


def test_nothing_is_lost_to_kills_while_the_state_is_saved(tmp_path: Path) -> None:
    assert lost(killing.run(TINY, tmp_path)) == []


def test_nothing_is_lost_on_a_full_disk(tmp_path: Path) -> None:
    assert lost(full_disk.run(TINY, tmp_path)) == []


def test_nothing_is_lost_in_a_folder_that_becomes_read_only(tmp_path: Path) -> None:
    assert lost(read_only.run(TINY, tmp_path)) == []


def test_what_is_due_happens_once_however_clocks_jump(tmp_path: Path) -> None:
    outcome = clocks.run(TINY, tmp_path)
    assert lost(outcome) == []
    assert outcome.tried["sessions that expired"] > 0


def test_one_server_of_several_gets_a_state_file(tmp_path: Path) -> None:
    outcome = sharing.run(TINY, tmp_path, most=0)
    assert lost(outcome) == []
    assert outcome.tried == {"rounds": 1, "servers": 2}


def test_idle_connections_are_let_go(tmp_path: Path) -> None:
    assert lost(idle.run(TINY, tmp_path)) == []


def test_slow_readers_leave_no_memory_behind(tmp_path: Path) -> None:
    assert lost(slow_readers.run(TINY, tmp_path)) == []


def test_mixed_requests_are_answered_as_they_have_to_be(tmp_path: Path) -> None:
    outcome = mixed.run(TINY, tmp_path)
    assert lost(outcome) == []
    assert outcome.tried == {"requests": TINY.requests}


def test_nothing_is_lost_to_kills_of_workers_that_share_a_store(tmp_path: Path) -> None:
    outcome = workers.killed(TINY, tmp_path, counts=(2,))
    assert lost(outcome) == []
    assert outcome.tried["kills"] == 2
    assert outcome.tried["rows written, changed and read"] > 0


def test_no_request_fails_while_workers_are_replaced(tmp_path: Path) -> None:
    outcome = workers.replaced(TINY, tmp_path, counts=(2,))
    assert lost(outcome) == []
    assert outcome.tried["rolling restarts"] == 1


def test_what_is_answered_fits_one_order_while_workers_are_killed_and_the_store_is_cut_off(
    tmp_path: Path,
) -> None:
    outcome = linearizability.run(TINY, tmp_path, counts=(2,), longest=0.3)
    assert lost(outcome) == []
    assert outcome.tried.get("kills", 0) + outcome.tried.get("cuts", 0) == 2
    assert outcome.tried["histories"] > 0


def test_nothing_is_lost_to_a_kill_of_the_store(tmp_path: Path) -> None:
    outcome = store_killing.run(TINY, tmp_path, counts=(1,), longest=0.3)
    assert lost(outcome) == []
    assert outcome.tried["kills"] == 1


def test_nothing_is_lost_while_the_store_is_cut_off(tmp_path: Path) -> None:
    outcome = store_cuts.run(TINY._replace(rounds=4), tmp_path, counts=(1,), longest=0.3)
    assert lost(outcome) == []
    assert outcome.tried["cuts"] == 4


def test_a_full_store_is_read_and_nothing_is_lost(tmp_path: Path) -> None:
    outcome = store_full.run(TINY, tmp_path, counts=(1,))
    assert lost(outcome) == []
    assert outcome.tried["reads while it was"] > 0


def test_webhooks_are_sent_once_and_in_order_while_the_store_is_cut_off(tmp_path: Path) -> None:
    outcome = webhooks.run(TINY, tmp_path, counts=(1,), longest=0.3)
    assert lost(outcome) == []
    assert outcome.tried["cuts"] == 1
    assert outcome.tried["webhooks"] > 0


def test_no_more_join_than_there_are_places(tmp_path: Path) -> None:
    outcome = joins.run(TINY, tmp_path, counts=(2,))
    assert lost(outcome) == []
    assert outcome.tried == {"rounds": 1, "joins": 500}


def test_the_state_machine_that_is_run_at_length_is_there() -> None:
    file, _, name = state_machine.TEST.partition("::")
    module = import_module(file.removesuffix(".py").replace("/", "."))
    assert callable(getattr(module, name))  # it is run by its own tests, a few times


def test_the_mixture_is_always_the_same_and_has_all_kinds() -> None:
    one, other = Requests(3), Requests(3)
    sent = [one.next() for _ in range(500)]
    assert sent == [other.next() for _ in range(500)]
    assert {request.status for request in sent} == {200, 201, 204, 400, 401, 404, 405, 409}
    assert len({request.kind for request in sent}) == 9


def test_a_run_writes_the_table_below_what_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def act(scale: Scale, folder: Path) -> Outcome:
        (folder / "file").touch()
        return Outcome({"kills": scale.rounds}, ["A row."] * (scale.rounds == 7), {"rows": "3"}, ["A note."])

    monkeypatch.setitem(RUNS, "kill", Run("kill -9 while saving", act))
    written = tmp_path / "page.md"
    other = "## What workers with a store lost\n\nMeasured on another day.\n"
    written.write_text(f"# Ours\n\n{MARK}\n\n## What one server lost\n\nold\n\n{other}", encoding="utf-8")
    words = ["kill", "--out", str(tmp_path), "--page", str(written), "--rounds"]
    main([*words, "1,000"])
    text = written.read_text(encoding="utf-8")
    assert text.startswith(f"# Ours\n\n{MARK}\n\n## What one server lost\n\nMeasured on ")
    assert text.endswith(f"\n\n{other}"), "a table of runs that were not run stays"
    assert "| kill -9 while saving | 1,000 kills | nothing | rows: 3 |" in text
    assert "A note." in text
    assert "old" not in text
    found: dict[str, Any] = json.loads((tmp_path / "reliability.json").read_text(encoding="utf-8"))
    assert found["runs"]["kill"]["lost"] == []
    with pytest.raises(SystemExit) as ended:
        main([*words, "7"])
    assert ended.value.code == 1, "something was lost"
    assert "| 1 things |" in written.read_text(encoding="utf-8")
    with pytest.raises(SystemExit, match="2"):
        main(["nonsense"])
    assert "There is no run 'nonsense'. There are: kill," in capsys.readouterr().err
    assert chosen(["mixed", "stores"])[:2] == ["mixed", "workers-kill"]
    assert chosen([]) == list(RUNS)


def test_the_page_has_a_row_for_every_run() -> None:
    text = (Path(__file__).parents[1] / "docs" / "reliability.md").read_text(encoding="utf-8")
    assert {name for name in RUNS if f"`{name}`" not in text.partition(MARK)[0]} == set()
    with pytest.raises(ValueError, match="no line"):
        page("nothing", {})
