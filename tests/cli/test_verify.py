"""`verify` and `report`: the verdict on what was asked of a running server, or stands in saved journals.

Holds `cli/verification.py` too.
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.cli.run_files import RunFiles
from mockade.testing import MockServer
from tests.cli.commands import KEY, SESSIONS, run
from tests.contracts import WIDGETS, contract, crud
from tests.harness import Mock, bundled
from tests.servers import NO_TLS

BROKEN = "Mockade: 1 exchange broke the contract."


@pytest.fixture(scope="module")
def journals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with two saved journals: one of a run that kept the contract, one that broke it."""
    folder = tmp_path_factory.mktemp("journals")
    for name, body in (("kept", {"name": "A"}), ("broken", {"name": 7})):
        files = RunFiles(bundled(("meshmap",)), journal_out=folder / f"{name}.ndjson")
        with Mock("meshmap", on_entry=files.on_entry) as mock:
            mock.post(SESSIONS, headers=KEY, json=body)
            mock.get("/apps", headers=KEY)
        assert files.close() == []
    return folder


def test_saved_journals_are_judged_as_one_run(journals: Path, tmp_path: Path) -> None:
    har, told = tmp_path / "out.har", tmp_path / "out.json"
    both = [str(journals / "kept.ndjson"), str(journals / "broken.ndjson")]
    done = run("report", *both, "--har", str(har), "--report", f"json:{told}")
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == BROKEN
    assert "body /name: Expected null or string, got integer 7." in done.stdout
    assert len(json.loads(har.read_bytes())["log"]["entries"]) == 4
    report = json.loads(told.read_bytes())
    assert report["command"] == "report"
    assert report["requests"] == 4
    totals = {api["api"]: api["totals"] for api in report["coverage"]["apis"]}
    assert totals["meshmap"]["operations"]["seen"] == 1
    assert run("report", both[0]).exit_code == 0


def test_the_gates_are_those_of_exec_and_may_stand_in_the_environment(journals: Path) -> None:
    kept, broken = str(journals / "kept.ndjson"), str(journals / "broken.ndjson")
    assert run("report", "--fail-on", "fault", "--fail-on", "notice", broken).exit_code == 1
    assert run("report", "--fail-on", "never", broken).exit_code == 0
    assert run("report", kept, MOCKADE_FAIL_ON="unanswered fault").exit_code == 1


def test_a_journal_is_read_from_stdin_and_its_report_can_go_to_stdout(journals: Path) -> None:
    text = (journals / "broken.ndjson").read_text(encoding="utf-8")
    done = run("report", "-", "--report", "json:-", input=text)
    assert json.loads(done.stdout)["failed"]
    assert done.stderr.splitlines()[0] == BROKEN


def test_an_api_whose_contract_is_not_here_can_be_named(home: Any, tmp_path: Path) -> None:
    folder = home(specs={"shop.yaml": contract(crud("/widgets"))}, fixtures={"shop.yaml": WIDGETS})
    journal = tmp_path / "shop.ndjson"
    with Mock(home=folder) as mock:
        files = RunFiles(mock.apis, journal_out=journal)
        mock.get("/widgets")
        assert files.on_entry is not None
        files.on_entry(mock.last)
        files.close()
    unnamed = run("report", str(journal))
    assert unnamed.exit_code == 0
    assert "There is no contract of 'shop' here" in unnamed.stderr
    for words in (("--home", str(folder)), ("--api", str(folder / "specs" / "shop.yaml"))):
        named = run("report", str(journal), *words, "--report", "json:-")
        (api,) = json.loads(named.stdout)["coverage"]["apis"]
        assert (api["api"], api["totals"]["operations"]["seen"]) == ("shop", 1)
        assert "no contract" not in named.stderr
    assert run("report", str(journal), "--api", "nothing").exit_code == 2


def test_what_cannot_be_judged_ends_with_2(journals: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.ndjson").write_text('{"id": 1}\n', encoding="utf-8")
    kept, linked = str(journals / "kept.ndjson"), tmp_path / "linked.ndjson"
    linked.hardlink_to(kept)
    for words, message in (
        (["report", kept, str(tmp_path / "bad.ndjson")], "bad.ndjson:1:1: This is no entry of a journal"),
        (["report", kept, kept], "is named twice"),
        (["report", kept, str(linked)], "is named twice"),
        (["report"], "Missing argument 'JOURNAL...'"),
        (["report", kept, "--fail-on", "never", "--fail-on", "fault"], "never leaves nothing"),
        (["report", kept, "--har", str(tmp_path / "no" / "x")], "Cannot write this file"),
        (["report", kept, "--har", kept], "This file is read too, and would be lost"),
        (["verify", "--url", "http://127.0.0.1:1"], "No Mockade can be reached at http://127.0.0.1:1"),
    ):
        done = run(*words)
        assert done.exit_code == 2, words
        assert message in done.stderr
        assert BROKEN not in done.stdout


def test_a_shard_that_asked_nothing_is_told_and_fails_on_the_gate_for_it(
    journals: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "shard-2.ndjson"
    empty.touch()
    both, junit = [str(journals / "kept.ndjson"), str(empty)], tmp_path / "junit.xml"
    done = run("report", *both, "--report", f"junit:{junit}")
    assert done.exit_code == 0
    assert re.search(r"^Mockade: no request is in \S*shard-2\.ndjson\.$", done.stdout, re.MULTILINE)
    assert '<testcase name="has requests"' in junit.read_text(encoding="utf-8")
    assert run("report", *both, "--fail-on", "empty").exit_code == 1
    assert run("report", both[0], "--fail-on", "empty").exit_code == 0
    assert run("report", str(empty), "--fail-on", "empty").exit_code == 1


def test_a_journal_that_was_cut_off_is_no_green_run(journals: Path, tmp_path: Path) -> None:
    for name, code in (("kept", 2), ("broken", 1)):
        file = tmp_path / f"{name}.ndjson"
        file.write_bytes((journals / f"{name}.ndjson").read_bytes()[:-20])
        done = run("report", str(file))
        assert done.exit_code == code
        assert f"{name}.ndjson:2:1: This line was cut off in the middle of an entry" in done.stderr
        assert done.stdout.startswith("Mockade: 1 ")


@pytest.fixture(scope="module")
def server() -> Iterator[MockServer]:
    with MockServer("meshmap", journal=3, token="let-me-in") as one:
        yield one


def ask(server: MockServer, world: str, *bodies: Any) -> list[int]:
    """Create sessions in a world; the ids of the journal's entries."""
    with httpx.Client(base_url=server.other(world).url, headers=KEY, verify=NO_TLS) as client:
        answers = [client.post(SESSIONS, json=body) for body in bodies]
    return [int(one.headers["x-mockade-exchange"]) for one in answers]


def verify(server: MockServer, world: str, *words: str) -> Any:
    return run("verify", "--url", server.url, "--world", world, "--token", "let-me-in", *words)


def test_a_running_servers_world_is_judged(server: MockServer, tmp_path: Path) -> None:
    ask(server, "one", {"name": "A"}, {"name": 7})
    ask(server, "two", {"name": "A"})
    har = tmp_path / "out.har"
    done = verify(server, "one", "--har", str(har), "--report", f"junit:{tmp_path / 'out.xml'}")
    assert (done.exit_code, done.stderr) == (1, "")
    assert done.stdout.splitlines()[0] == BROKEN
    url = json.loads(har.read_bytes())["log"]["entries"][0]["request"]["url"]
    assert url == f"{server.url}/@one{SESSIONS}"
    assert (tmp_path / "out.xml").exists()
    kept = verify(server, "two")
    assert (kept.exit_code, kept.stdout) == (0, "Mockade: 1 request, and the contract was kept.\n")


def test_what_came_before_an_entry_is_not_judged(server: MockServer) -> None:
    first, second = ask(server, "since", {"name": 7}, {"name": "A"})
    assert verify(server, "since").exit_code == 1
    assert verify(server, "since", "--since", str(first)).exit_code == 0
    done = verify(server, "since", "--since", str(second))
    assert (done.exit_code, done.stdout, done.stderr) == (0, "Mockade: no request came.\n", "")
    never = verify(server, "since", "--since", str(second + 1))
    assert never.exit_code == 2
    assert f"never came to #{second + 1}" in never.stderr


def test_what_the_journal_has_dropped_is_told(server: MockServer) -> None:
    ids = ask(server, "dropped", *({"name": str(n)} for n in range(6)))
    done = verify(server, "dropped")
    assert done.exit_code == 0
    assert f"3 entries are missing before #{ids[3]}" in done.stderr
    assert "An entry is missing before" in verify(server, "dropped", "--since", str(ids[1])).stderr
    assert verify(server, "dropped", "--since", str(ids[2])).stderr == ""


def test_coverage_is_of_all_that_was_served(server: MockServer, journals: Path, tmp_path: Path) -> None:
    server.other("quiet").clock.get()
    done = verify(server, "quiet", "--min-coverage", "1")
    assert done.exit_code == 1
    assert "Coverage of operations is 0 % (0 of 23), and 1 % is asked for" in done.stdout
    assert run("report", str(journals / "kept.ndjson"), "--min-coverage", "4").exit_code == 0
    (tmp_path / "empty.ndjson").touch()
    unasked = run("report", str(tmp_path / "empty.ndjson"), "--min-coverage", "1")
    assert unasked.exit_code == 1
    assert "1 % is asked for, and there is nothing to be seen: nothing was asked of an API" in unasked.stdout
    named = run("report", str(tmp_path / "empty.ndjson"), "--min-coverage", "1", "--api", "meshmap")
    assert named.exit_code == 1


def test_a_world_that_is_not_there_is_not_made_by_looking_for_it(server: MockServer) -> None:
    assert verify(server, "nobody").exit_code == 2
    assert "nobody" not in [one["name"] for one in server.worlds()]
    wrong = run("verify", "--url", server.url, "--token", "wrong")
    assert wrong.exit_code == 2


def test_the_commands_of_the_page_run(
    server: MockServer, journals: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).parents[2] / "docs" / "testing.md").read_text(encoding="utf-8")
    told = page.partition("`mockade verify`, `mockade report`")[2].partition("\n## ")[0]
    lines = re.findall(r"^\$ (?:cat (\S+) \| )?mockade (.+)$", told, re.MULTILINE)
    assert len(lines) == 3
    monkeypatch.chdir(tmp_path)
    for number, name in enumerate(("kept", "broken"), 1):
        shutil.copy(journals / f"{name}.ndjson", f"shard-{number}.ndjson")
    ask(server, "nightly", {"name": "A"}, {"name": 7})
    for file, words in lines:
        text = Path(file).read_text(encoding="utf-8") if file else None
        words = words.replace("http://127.0.0.1:6464", server.url)
        assert run(*shlex.split(words), input=text, MOCKADE_TOKEN="let-me-in").exit_code == 1, words
