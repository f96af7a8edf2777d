"""The console's files (`console/__init__.py`): small, whole, of this server alone, and no HTML of texts."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from mockade.console import PAGE, assets

STATIC = Path(__file__).parents[2] / "src" / "mockade" / "console" / "static"
LARGEST = 60 * 1024
LONGEST_FILE = 300
OURS = {path: asset.data.decode() for path, asset in assets().items() if not path.startswith("vendor/")}


def test_all_that_a_browser_loads_is_small() -> None:
    loaded = [asset for path, asset in assets().items() if not path.endswith(".txt")]
    assert sum(len(gzip.compress(one.data, mtime=0)) for one in loaded) <= LARGEST


def test_every_file_is_served_and_none_is_long() -> None:
    files = {path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*") if path.is_file()}
    assert files == set(assets())
    assert {path for path, text in OURS.items() if text.count("\n") > LONGEST_FILE} == set()


def test_what_a_file_asks_for_is_there() -> None:
    asked = {
        f"js/{name}"
        for text in OURS.values()
        for name in re.findall(r'(?:from|import\() ?"\./([^"]+)"', text)
    }
    asked |= set(re.findall(r'(?:src|href)="console/([^"]+)"', OURS[PAGE]))
    assert asked <= set(assets())
    modules = {path for path in OURS if path.startswith("js/")}
    assert modules <= asked, "nobody asks for it"


def test_nothing_is_asked_of_another_server() -> None:
    for path, asset in assets().items():
        found = set(re.findall(rb"https?://[\w.]+", asset.data)) - {b"http://www.w3.org"}
        assert path.endswith(".txt") or found == set(), path


def test_no_text_ever_becomes_html() -> None:
    for path, text in OURS.items():
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
        ):
            assert way not in text, path


def test_the_vendored_files_have_their_licences() -> None:
    assert {"vendor/LICENSE-htm.txt", "vendor/LICENSE-preact.txt"} <= set(assets())
