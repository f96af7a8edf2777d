"""Which files make up which API, and the findings for files that do not fit together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.contracts import WIDGETS, contract, crud

Write = Callable[..., Path]


def findings_of(home: Path, *names: str) -> list[str]:
    """What stops the start."""
    with pytest.raises(SetupError) as stopped:
        load_apis(find_files(home, names))
    return [str(finding) for finding in stopped.value.findings]


def test_a_home_with_contracts_serves_those_and_no_others(home: Write) -> None:
    folder = home(specs={"b.yaml": contract(crud("/b")), "a.json": "{}", "notes.txt": "", "parts/x.yaml": ""})
    assert list(find_files(folder)) == ["a", "b"]
    assert list(find_files(folder, ["b"])) == ["b"]


def test_names_pick_from_the_bundled_apis_too(home: Write) -> None:
    bundled = list(find_files())
    assert bundled
    folder = home(specs={"own.yaml": contract(crud("/b"))})
    assert list(find_files(folder, ["own", bundled[0]])) == ["own", bundled[0]]


def test_a_name_that_is_not_there_is_told_with_the_nearest(home: Write) -> None:
    findings = findings_of(home(specs={"widgets.yaml": contract(crud("/b"))}), "widgetz", "qqqq")
    assert "widgetz: There is no API of this name. Did you mean 'widgets'?" in findings[0]
    assert "Known: " in findings[1]


def test_a_home_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    assert "There is no such folder." in findings_of(tmp_path / "nowhere")[0]
    assert "nothing here to serve" in findings_of(tmp_path)[0]


def test_files_that_nothing_would_read_are_told(home: Write) -> None:
    spec = contract(crud("/widgets"))
    folder = home(
        specs={"shop.yaml": spec, "shop.json": "{}"},
        fixtures={"shpo.yaml": WIDGETS, "README.md": ""},
        apis={"shopp.py": "", "inn/__init__.py": ""},
    )
    findings = findings_of(folder)
    assert len(findings) == 4
    assert any("shop.yaml: shop.json has the same stem" in one for one in findings)
    assert any("shpo.yaml: There is no API" in one and "Did you mean 'shop'?" in one for one in findings)
    assert any("shopp.py" in one for one in findings)
    assert any("inn:" in one for one in findings)


def test_an_empty_home_says_where_to_put_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SetupError, match="Put contracts into specs/, and fixtures into fixtures/"):
        find_files(Path())
