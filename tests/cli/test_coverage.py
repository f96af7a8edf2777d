"""`mockade coverage` and the gates of coverage: what was tried, merged, and what is missing.

Holds `cli/coverage_options.py`, `cli/coverage_lines.py` and `cli/saved_coverage.py` too.
"""

from __future__ import annotations

import json
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockade.contract.lines import Lines
from mockade.reports import json as reports_json
from mockade.testing import MockServer
from tests.cli.commands import run
from tests.contracts import WIDGETS, contract, crud
from tests.reports.runs import reported
from tests.servers import NO_TLS

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a server with widgets, some of which were asked for."""
    folder = tmp_path_factory.mktemp("home")
    (folder / "specs").mkdir()
    (folder / "specs" / "shop.yaml").write_text(contract(crud("/widgets")))
    (folder / "fixtures").mkdir()
    (folder / "fixtures" / "shop.yaml").write_text(WIDGETS)
    with MockServer(home=folder) as server, httpx.Client(base_url=server.url, verify=NO_TLS) as client:
        client.get("/widgets/w1")
        client.post("/widgets", json={"name": 7})
        client.get("/@other/widgets")
        yield server.url


def test_a_servers_coverage_is_a_table_and_a_tree_with_what_was_never_seen_first(asked: str) -> None:
    done = run("coverage", "--url", asked)
    assert done.exit_code == 0, done.output
    lines = done.stdout.splitlines()
    assert lines[0].split() == ["Coverage", "Seen", "Refused", "Never"]
    assert next(line for line in lines if line.startswith("operations")).split()[1:] == [
        "1",
        "1",
        "4",
        "16.6",
        "%",
    ]
    operations = [line.split()[0] for line in lines if line.startswith("  ") and not line.startswith("   ")]
    assert operations == ["never"] * 4 + ["refused", "seen"]
    assert "    never    properties: response 200 size" in done.stdout
    assert "specs/shop.yaml:" in done.stdout


def test_documents_of_shards_are_merged_and_those_of_all_worlds_told(asked: str, tmp_path: Path) -> None:
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    one.write_text(run("coverage", "--url", asked, "--json").stdout)
    other = json.loads(run("coverage", "--url", f"{asked}/@other", "--json").stdout)
    two.write_text(json.dumps({"command": "exec", "coverage": other}))
    both = json.loads(run("coverage", str(one), str(two), "--json").stdout)
    everywhere = json.loads(run("coverage", "--url", asked, "--all-worlds", "--json").stdout)
    assert both == everywhere
    assert (both["requests"], both["totals"]["operations"]["seen"]) == (3, 2)
    # `--report json` tells what was never asked by its sums alone.
    for operation in other["apis"][0]["operations"]:
        if operation["state"] == "never":
            del operation["items"]
    two.write_text(json.dumps({"coverage": other}))
    assert json.loads(run("coverage", str(two), str(one), "--json").stdout)["totals"] == both["totals"]
    alone = run("coverage", str(two), "--min-coverage", "statuses=50")
    assert "  never    shop.post_widgets  1 statuses  [" in alone.stderr
    again = json.loads(run("coverage", str(one), str(one), "--json").stdout)
    assert again["totals"] == json.loads(one.read_text())["totals"], "the same twice covers no more"


def test_a_report_with_the_sums_alone_of_what_was_never_asked_is_read(asked: str, tmp_path: Path) -> None:
    whole, part, other = (tmp_path / name for name in ("whole.json", "part.json", "other.json"))
    whole.write_text(run("coverage", "--url", asked, "--json").stdout)
    other.write_text(run("coverage", "--url", f"{asked}/@other", "--json").stdout)
    known = json.loads(whole.read_text())
    part.write_text(reports_json.render(replace(reported(), coverage=known)))
    read = run("coverage", str(part))
    assert (read.exit_code, read.stdout) == (0, run("coverage", str(whole)).stdout)
    for files in ([part, part], [part, other], [other, part], [part, whole]):
        merged = json.loads(run("coverage", *map(str, files), "--json").stdout)
        same = [str(whole if one == part else one) for one in files]
        of_whole = json.loads(run("coverage", *same, "--json").stdout)
        assert merged["totals"] == of_whole["totals"]
    gates = ("--min-coverage", "properties=90", "--coverage-ignore", "shop.*")
    for file in (part, whole):
        none = run("coverage", str(file), *gates)
        assert (none.exit_code, "there is nothing to be seen" in none.stderr) == (1, True), "all is left out"
    short = run("coverage", str(part), *gates[:2])
    assert (short.exit_code, "Coverage of properties" in short.stdout + short.stderr) == (1, True)


def test_too_little_coverage_fails_with_what_is_missing_and_its_lines(asked: str) -> None:
    done = run("coverage", "--url", asked, "--min-coverage", "50,statuses=10")
    assert done.exit_code == 1
    lines = done.stderr.splitlines()
    assert lines[0] == "Coverage of operations is 16.6 % (1 of 6), and 50 % is asked for. Missing:"
    assert len(lines) == 6
    assert lines[1].startswith("  never    shop.get_widgets  GET /widgets  [")
    assert ".yaml:" in lines[1]
    ignored = ["--coverage-ignore", "*.p*", "--coverage-ignore", "shop.delete_*", "--coverage-ignore", "nope"]
    done = run("coverage", "--url", asked, "--min-coverage", "50", *ignored)
    assert (done.exit_code, done.stderr.splitlines()) == (
        0,
        ["warning The pattern 'nope' leaves nothing out of coverage: nothing here is called so."],
    )


def test_the_commands_of_the_page_run(asked: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = re.findall(r"^\$ mockade (coverage .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(lines) == 4
    for line in lines:
        command, _, file = line.partition(" > ")
        done = run(*shlex.split(command.replace("http://127.0.0.1:6464", asked).replace("nightly", "other")))
        assert done.exit_code == 0, done.stderr
        if file:
            Path(file).write_text(done.stdout, encoding="utf-8")
            Path("shard-2.json").write_text(done.stdout, encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("many", "'many' has no percentage from 0 to 100"),
        ("101", "'101' has no percentage from 0 to 100"),
        ("nan", "'nan' has no percentage"),
        ("statuses=", "'statuses=' has no percentage"),
        ("status=50", "Did you mean 'statuses'?"),
        ("50,operations=60", "operations stands there twice"),
    ],
)
def test_a_gate_that_is_none_is_a_usage_error(text: str, said: str) -> None:
    done = run("report", "--min-coverage", text, "x.ndjson")
    assert (done.exit_code, said in " ".join(done.stderr.split())) == (2, True), done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "1:2: This is not JSON"),
        (b"[]", "This is no document of coverage."),
        (b'{"version": 2, "apis": []}', "It is of version 2, and version 1 is read here"),
        (
            b'{"version": 1,\n "apis": [{"operations": [{}]}]}',
            "json:2:11: This is no document of coverage: /apis/0/",
        ),
        (b"\xff", "This file is not UTF-8 text."),
    ],
)
def test_a_file_that_is_no_coverage_is_told_with_what_it_is(
    content: bytes, said: str, tmp_path: Path
) -> None:
    file = tmp_path / "c.json"
    file.write_bytes(content)
    done = run("coverage", str(file))
    assert (done.exit_code, said in done.stderr) == (2, True), done.stderr


def _change(*way: str | int, to: Any) -> Any:
    def change(document: Any) -> None:
        for step in way[:-1]:
            document = document[step]
        document[way[-1]] = to

    return change


def _twice(*way: str | int) -> Any:
    def change(document: Any) -> None:
        for step in way:
            document = document[step]
        document.append(document[0])

    return change


OPERATION = ("apis", 0, "operations", 0)
NEGATIVE = "-1 must be at least 0."


@pytest.mark.parametrize(
    ("change", "place", "said"),
    [
        (
            _change(*OPERATION, "items", 0, "kind", to="wishes"),
            (*OPERATION, "items", 0, "kind"),
            "'wishes' is none",
        ),
        (
            _change(*OPERATION, "state", to="done"),
            (*OPERATION, "state"),
            "'done' is none of the allowed values",
        ),
        (_change(*OPERATION, "count", to=-1), (*OPERATION, "count"), NEGATIVE),
        (_change("requests", to=-1), ("requests",), NEGATIVE),
        (_change("unread", to="1"), ("unread",), "Expected integer, got string '1'"),
        (
            _change(*OPERATION, "totals", "wishes", to={}),
            (*OPERATION, "totals", "wishes"),
            "'wishes' is not allowed",
        ),
        (
            _change(*OPERATION, "totals", "statuses", "seen", to=90),
            (*OPERATION, "totals"),
            "Its statuses are not as",
        ),
        (_twice("apis"), ("apis", 1), "'shop' stands here twice."),
        (_twice(*OPERATION[:-1]), ("apis", 0, "operations", 6), "'get_widgets' stands here twice."),
        (_twice(*OPERATION, "items"), None, "stands here twice."),
    ],
)
def test_a_damaged_document_is_told_with_the_line_of_what_is_wrong(
    asked: str, tmp_path: Path, change: Any, place: Any, said: str
) -> None:
    document = json.loads(run("coverage", "--url", asked, "--json").stdout)
    for name, whole in (("c.json", document), ("r.json", {"format": "mockade-report", "coverage": document})):
        file = tmp_path / name
        if name == "c.json":
            change(document)
        file.write_text(json.dumps(whole, indent=1))
        done = run("coverage", str(file))
        assert (done.exit_code, said in done.stderr) == (2, True), done.stderr
        if place is not None:
            way = place if name == "c.json" else ("coverage", *place)
            at = Lines(file.read_text(), file.name).place(way)
            assert f"{at}: " in done.stderr


def test_a_document_without_all_its_items_is_not_merged(asked: str, tmp_path: Path) -> None:
    for items in ("missing", "none"):
        file = tmp_path / f"{items}.json"
        file.write_text(httpx.get(f"{asked}/_mockade/v1/coverage?items={items}", verify=NO_TLS).text)
        done = run("coverage", str(file))
        assert (done.exit_code, "with all of them" in done.stderr) == (2, True), done.stderr


def exec_of(*words: str) -> Any:
    code = (
        "import os, urllib.request as u; "
        "url = os.environ['MOCKADE_URL'] + '/apps/game-sessions/session-open'; "
        "u.urlopen(u.Request(url, headers={'x-app-api-key': 'meshmap-demo-key'}))"
    )
    return run("exec", "meshmap", *words, "--", sys.executable, "-c", code)


def test_exec_fails_where_less_was_seen_than_is_asked() -> None:
    done = exec_of("--min-coverage", "operations=4,security=100")
    assert done.exit_code == 1
    assert "Coverage of security is 4.5 % (1 of 22), and 100 % is asked for. Missing:" in done.stderr
    assert "Coverage of operations" not in done.stderr
