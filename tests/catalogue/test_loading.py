"""How APIs and their handlers are loaded, and which line a fault is at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mockade.catalogue.files import find_files
from mockade.catalogue.loading import load_apis
from mockade.errors import SetupError
from tests.contracts import answers, contract, crud
from tests.harness import Mock

Write = Callable[..., Path]
Make = Callable[..., Mock]


def findings_of(home: Path, *names: str) -> list[str]:
    """What stops the start."""
    with pytest.raises(SetupError) as stopped:
        load_apis(find_files(home, names))
    return [str(finding) for finding in stopped.value.findings]


def test_the_faults_of_all_apis_are_told_at_once(home: Write) -> None:
    folder = home(
        specs={"a.yaml": "openapi: 3.0.3\n  : [", "b.yaml": "swagger: '1.2'", "c.yaml": contract(crud("/c"))},
        fixtures={"c.yaml": "c: [{id: 1}]"},
    )
    findings = findings_of(folder)
    assert any("specs/a.yaml:2:" in one for one in findings)
    assert any("specs/b.yaml:1:1: Swagger 1.2" in one for one in findings)
    assert any("fixtures/c.yaml:1:6" in one for one in findings)


@pytest.mark.parametrize(
    ("text", "line"),
    [("x = 1\nimport nothing_of_that_name", 2), ("def f(:\n", 1), ("x = 1\n\n1 / 0", 3)],
)
def test_handlers_that_cannot_be_imported_are_told_with_their_line(home: Write, text: str, line: int) -> None:
    findings = findings_of(home(specs={"shop.yaml": contract(crud("/widgets"))}, apis={"shop.py": text}))
    assert len(findings) == 1
    assert f"apis/shop.py:{line}:" in findings[0]
    assert "Cannot import these handlers" in findings[0]


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
