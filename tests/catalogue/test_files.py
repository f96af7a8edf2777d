"""What a home is made of, and what is said when it does not fit together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.contracts import WIDGETS, answers, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]


def told(home: Path, *names: str) -> list[str]:
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
    said = told(home(specs={"widgets.yaml": contract(crud("/b"))}), "widgetz", "qqqq")
    assert "widgetz: There is no API of this name. Did you mean 'widgets'?" in said[0]
    assert "Known: " in said[1]


def test_a_home_that_is_not_there_or_holds_nothing_is_told(tmp_path: Path) -> None:
    assert "There is no such folder." in told(tmp_path / "nowhere")[0]
    assert "nothing here to serve" in told(tmp_path)[0]


def test_files_that_nothing_would_read_are_told(home: Write) -> None:
    spec = contract(crud("/widgets"))
    folder = home(
        specs={"shop.yaml": spec, "shop.json": "{}"},
        fixtures={"shpo.yaml": WIDGETS, "README.md": ""},
        apis={"shopp.py": "", "inn/__init__.py": ""},
    )
    said = told(folder)
    assert len(said) == 4
    assert any("shop.yaml: shop.json has the same stem" in one for one in said)
    assert any("shpo.yaml: There is no API" in one and "Did you mean 'shop'?" in one for one in said)
    assert any("shopp.py" in one for one in said)
    assert any("inn:" in one for one in said)


def test_the_faults_of_all_apis_are_told_at_once(home: Write) -> None:
    folder = home(
        specs={"a.yaml": "openapi: 3.0.3\n  : [", "b.yaml": "swagger: '2.0'", "c.yaml": contract(crud("/c"))},
        fixtures={"c.yaml": "c: [{id: 1}]"},
    )
    said = told(folder)
    assert any("specs/a.yaml:2:" in one for one in said)
    assert any("specs/b.yaml:1:1: Swagger 2.0" in one for one in said)
    assert any("fixtures/c.yaml:1:6" in one for one in said)


@pytest.mark.parametrize(
    ("text", "line"),
    [("x = 1\nimport nothing_of_that_name", 2), ("def f(:\n", 1), ("x = 1\n\n1 / 0", 3)],
)
def test_handlers_that_cannot_be_imported_are_told_with_their_line(home: Write, text: str, line: int) -> None:
    said = told(home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": text}))
    assert len(said) == 1
    assert f"apis/shop.py:{line}:" in said[0]
    assert "Cannot import these handlers" in said[0]


def test_a_package_of_handlers_is_read_anew_for_each_home(tmp_path: Path, make_mock: Make) -> None:
    for word in ("one", "two"):
        folder = tmp_path / word
        for name, text in {
            "specs/shop.yaml": contract({"/x": {"get": {"operationId": "get_x", **answers(200, {})}}}),
            "apis/shop/__init__.py": "from .words import WORD\n\ndef get_x(call):\n    return WORD\n",
            "apis/shop/words.py": f"WORD = {word!r}\n",
        }.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        assert make_mock(home=folder).get("/x").json() == word
