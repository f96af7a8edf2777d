"""`mockade serve --watch`: a real server, and files that are saved in all the ways there are."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.contracts import WIDGETS, contract, crud
from tests.servers import Server, environment

SPEC = contract(crud("/widgets"))


def save(path: Path, text: str) -> None:
    """As editors do: written beside it, and put in its place."""
    beside = path.with_name(f"{path.name}.tmp")
    beside.write_text(text, encoding="utf-8")
    os.replace(beside, path)


def ids(server: Server, path: str = "/widgets") -> list[str]:
    return [row["id"] for row in server.request("GET", path).json()]


@pytest.fixture
def folder(home: Callable[..., Path]) -> Path:
    return home(specs={"shop.yaml": SPEC}, fixtures={"shop.yaml": WIDGETS})


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    with Server("--watch", "--rows", "0", "--home", str(folder)) as one:
        yield one


def test_what_is_saved_is_served_and_what_is_broken_is_told(server: Server, folder: Path) -> None:
    save(folder / "fixtures" / "shop.yaml", "widgets: [{id: n1, name: New}]")
    assert server.line("Reloaded", "fixtures/shop.yaml.")
    assert ids(server) == ["n1"]

    (folder / "specs" / "shop.yaml").write_text("openapi: [", encoding="utf-8")
    assert server.line("Not reloaded, 1 thing to mend. What was read before is served.")
    assert ids(server) == ["n1"]

    made = server.request("POST", "/widgets", json={"id": "made", "name": "x"})
    assert made.status_code == 201
    save(folder / "specs" / "shop.yaml", SPEC.replace("title: T", "title: Shop"))
    assert server.line("Reloaded", "specs/shop.yaml.")
    assert ids(server) == ["n1", "made"]
    assert server.line("GET /widgets", "shape shop.get_widgets"), "the log knows the new APIs"

    (folder / "apis").mkdir()
    save(folder / "apis" / "shop.py", "def get_widgets(call):\n    return [{'id': 'h', 'name': 'x'}]\n")
    assert server.line("Reloaded", "apis/shop.py.")
    assert ids(server) == ["h"]

    code, complaint = server.stop()
    assert code == 0
    assert "specs/shop.yaml:" in complaint


def test_a_file_that_comes_back_was_never_gone(server: Server, folder: Path) -> None:
    server.request("POST", "/widgets", json={"id": "made", "name": "x"})
    spec = folder / "specs" / "shop.yaml"
    spec.unlink()
    spec.write_text(SPEC, encoding="utf-8")
    assert server.line("Reloaded", "specs/shop.yaml.")
    assert ids(server) == ["w1", "w2", "made"]
    assert not any("gone" in line or "Not reloaded" in line for line in server.lines)


def test_a_whole_folder_can_be_replaced_and_is_watched_again(server: Server, folder: Path) -> None:
    other = folder / "other"
    shutil.copytree(folder / "specs", other)
    (other / "inn.yaml").write_text(contract(crud("/rooms")), encoding="utf-8")
    shutil.rmtree(folder / "specs")
    other.rename(folder / "specs")
    assert server.line("Reloaded", "Served now: inn, shop.")
    assert (ids(server), ids(server, "/rooms")) == (["w1", "w2"], [])
    save(folder / "specs" / "bar.yaml", contract(crud("/drinks")))
    assert server.line("Served now: bar, inn, shop.")
    assert server.stop() == (0, "")


def test_a_file_that_a_contract_refers_to_is_watched(home: Callable[..., Path]) -> None:
    part = "type: object\nrequired: [id]\nproperties: {id: {type: string}, colour: {type: string}}\n"
    spec = contract(crud("/widgets", {"$ref": "parts/widget.schema"}))
    folder = home(
        specs={"shop.yaml": spec, "parts/widget.schema": part}, fixtures={"shop.yaml": "widgets: [{id: w1}]"}
    )
    with Server("--watch", "--home", str(folder)) as server:
        save(folder / "specs" / "parts" / "widget.schema", part.replace("type: string}}", "default: red}}"))
        assert server.line("Reloaded", "parts/widget.schema.")
        assert server.request("GET", "/widgets").json() == [{"id": "w1", "colour": "red"}]


def test_a_quiet_server_reloads_without_a_word_and_complains_all_the_same(folder: Path) -> None:
    with Server("--watch", "-q", "--home", str(folder), env={"WATCHFILES_FORCE_POLLING": "1"}) as server:
        assert server.process.stderr is not None
        (folder / "fixtures" / "shop.yaml").write_text("widgets: 7", encoding="utf-8")
        assert "fixtures/shop.yaml:1:1: widgets should be a list" in server.process.stderr.readline()
        assert len(server.lines) == 1


def test_who_does_not_watch_does_not_load_what_watches() -> None:
    code = "import sys, mockade.cli.main, mockade.reload.reloader; sys.exit('watchfiles' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), check=False).returncode == 0


def test_a_document_named_by_its_path_is_followed_with_the_files_that_it_refers_to(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    part = tmp_path / "parts" / "w.yaml"
    part.write_text("W: {type: object}\n", encoding="utf-8")
    spec = tmp_path / "openapi.yaml"
    spec.write_text(SPEC.replace("components:", "components:\n  headers: {}", 1), encoding="utf-8")
    with Server("openapi.yaml", "--watch", cwd=tmp_path) as server:
        referring = f"{SPEC}x-also: 1\n".replace(
            "schemas:", "schemas:\n    Part: {$ref: 'parts/w.yaml#/W'}", 1
        )
        save(spec, referring)
        assert server.line("Reloaded openapi.yaml.")
        part.write_text("W: {type: string}\n", encoding="utf-8")
        assert server.line("Reloaded parts/w.yaml.")
        save(tmp_path / "other.yaml", SPEC)
        assert server.stop()[0] == 0
        assert not any("other.yaml" in line for line in server.lines)
