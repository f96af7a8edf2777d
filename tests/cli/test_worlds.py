"""`mockade world`, `state`, `snapshot` and `credential`: what a server holds, from a shell."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner, Result

from mockade.cli.main import main
from mockade.testing import MockServer

SESSIONS = "/apps/game-sessions"


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer("meshmap") as one:
        yield one


def run(server: MockServer, *words: str) -> Result:
    return CliRunner(env={"MOCKADE_URL": server.url, "MOCKADE_WORLD": None}).invoke(main, words)


def said(server: MockServer, *words: str) -> str:
    result = run(server, *words)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_worlds_are_made_forked_listed_and_deleted(server: MockServer) -> None:
    assert said(server, "world", "make", "arena", "--seed", "7") == f"{server.url}/@arena\n"
    server.other("arena").clock.freeze("2026-01-05T12:00:00Z")
    assert said(server, "world", "fork", "copy", "--world", "arena") == f"{server.url}/@copy\n"
    lines = {line.partition(" ")[0]: line for line in said(server, "world", "list").splitlines()}
    assert lines.keys() == {"default", "arena", "copy"}
    assert lines["copy"].startswith("copy  seed 7, ")
    assert "2026-01-05T12:00:00.000Z" in lines["copy"]
    said(server, "world", "delete", "arena")
    assert "arena" not in said(server, "world", "list")


def test_rows_are_counted_listed_and_shown_one_by_one(server: MockServer) -> None:
    counts = dict(line.split("  ") for line in said(server, "state").splitlines())
    collection, count = next((name, int(count)) for name, count in counts.items() if count != "0")
    rows = [json.loads(line) for line in said(server, "state", collection).splitlines()]
    assert len(rows) == count
    assert rows == server.state.rows(*collection.split("/"))
    key = next(value for value in rows[0].values() if isinstance(value, str))
    assert json.loads(said(server, "state", f"{collection}/{key}")) == rows[0]


def test_a_snapshot_is_taken_restored_written_to_a_file_and_read_elsewhere(
    server: MockServer, tmp_path: Path
) -> None:
    said(server, "snapshot", "take", "before")
    key = {"x-app-api-key": "meshmap-demo-key"}
    httpx.post(f"{server.url}{SESSIONS}", headers=key, json={"name": "New"}).raise_for_status()
    after = server.state.collections()
    file = tmp_path / "before.json"
    said(server, "snapshot", "export", "before", "-o", str(file), "--secrets")
    assert said(server, "snapshot", "restore", "before") == "The world 'default' is as in 'before'.\n"
    before = server.state.collections()
    assert before != after
    said(server, "world", "make", "other")
    said(server, "snapshot", "import", "brought", str(file), "--world", "other")
    said(server, "snapshot", "restore", "brought", "--world", "other")
    assert server.other("other").state.collections() == before
    assert said(server, "snapshot", "list").startswith("before  ")
    said(server, "snapshot", "delete", "before")
    assert said(server, "snapshot", "list") == ""


def test_a_minted_credential_may_call_and_is_listed_without_its_secret(server: MockServer) -> None:
    minted = json.loads(
        said(server, "credential", "mint", "meshmap", "--caller", "eve", "--secret", "s3cr3t")
    )
    assert (minted["caller"], minted["secret"]) == ("eve", "s3cr3t")
    answer = httpx.get(f"{server.url}{SESSIONS}", headers={"x-app-api-key": "s3cr3t"})
    assert answer.status_code == 200
    assert "  eve  " in said(server, "credential", "list")
    assert "s3cr3t" not in said(server, "credential", "list")
    assert "s3cr3t" in said(server, "credential", "list", "--secrets")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["state", "--world", "aren"], "aren"),
        (["state", "meshmap"], "API/COLLECTION"),
        (["state", "meshmap/sessons"], "sessons"),
        (["world", "delete", "default"], "reset it instead"),
        (["world", "fork", "x", "--snapshot", "none"], "none"),
        (["snapshot", "restore", "none"], "none"),
        (["snapshot", "take", "x", "--world", "aren"], "aren"),
        (["snapshot", "import", "x", "{broken}"], "is no JSON"),
        (["snapshot", "import", "x", "{list}"], "holds no object"),
        (["credential", "mint", "meshmop"], "Did you mean 'meshmap'"),
        (["credential", "mint", "meshmap", "--scheme", "none"], "no security scheme 'none'"),
    ],
)
def test_a_mistake_is_a_sentence_and_makes_no_world(
    server: MockServer, tmp_path: Path, words: list[str], expected: str
) -> None:
    files = {"{broken}": b"{", "{list}": b"[]"}
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    result = run(server, *(str(tmp_path / word) if word in files else word for word in words))
    assert (result.exit_code, expected in result.output) == (2, True), result.output
    assert [one["name"] for one in server.worlds()] == ["default"]
