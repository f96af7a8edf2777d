"""Errors and findings as values, and texts that are safe to encode and to print."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

import mockade
from mockade.errors import (
    EngineRefusal,
    Finding,
    Place,
    Refusal,
    SetupError,
    counted,
    printable,
    problem_details,
    reason,
    shown_path,
    utf8_safe,
)


def test_half_of_a_character_can_be_encoded() -> None:
    assert utf8_safe("a\ud800b") == "a\\ud800b"
    assert Refusal(400, "x", "\udfff").message.encode() == b"\\udfff"


def test_line_breaks_and_escapes_are_printed_as_their_numbers() -> None:
    assert printable("Grüße") == "Grüße"
    assert printable("a\nb\x1b[31m") == "a\\nb\\x1b[31m"


@pytest.mark.parametrize("status", [200, 399, 600, "404", None])
def test_a_refusal_has_a_status_of_an_error(status: object) -> None:
    with pytest.raises(ValueError, match="from 400 to 599"):
        Refusal(status, "x", "No.")  # type: ignore[arg-type]


def test_a_refusal_of_the_engine_has_its_status() -> None:
    refusal = EngineRefusal("body_too_large", "Too large.", limit=3)
    assert (refusal.status, refusal.detail, str(refusal)) == (
        413,
        {"limit": 3},
        "413 body_too_large: Too large.",
    )


def test_a_problem_is_named_by_its_status() -> None:
    assert problem_details(404, "None here.") == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "None here.",
    }
    assert problem_details(404, "None here.", "Gone fishing")["title"] == "Gone fishing"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.yaml", Place("a.yaml")),
        ("a.yaml:3", Place("a.yaml", 3)),
        ("a.yaml:3:5", Place("a.yaml", 3, 5)),
        ("C:\\a.yaml:3:5", Place("C:\\a.yaml", 3, 5)),
        ("a:b.yaml", Place("a:b.yaml")),
        ("a:b:5", Place("a:b", 5)),
        ("", Place("")),
        (":", Place(":")),
        ("a:" + "9" * 5000, Place("a:" + "9" * 5000)),
    ],
)
def test_a_place_is_read_from_a_text(text: str, place: Place) -> None:
    assert Place.parse(text) == place


def test_findings_say_where_what_and_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "a.yaml") == "a.yaml"
    assert shown_path(tmp_path.parent / "b.yaml") == str(tmp_path.parent / "b.yaml")
    findings = [
        Finding(Place("a.yaml", 3, 5), "It is no list.", "Write one."),
        Finding(Place("b.yaml"), "Empty."),
    ]
    assert str(SetupError(findings)) == "a.yaml:3:5: It is no list. Write one.\nb.yaml: Empty."


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_a_number_has_its_noun(count: int, words: str) -> None:
    assert counted(count, "row") == words


def test_a_failure_says_why_in_the_systems_words_where_it_is_the_systems() -> None:
    assert reason(PermissionError(errno.EACCES, "Permission denied", "/x")) == "Permission denied"
    assert reason(ValueError("embedded null byte")) == "embedded null byte"


def test_nobody_words_them_anew() -> None:
    sources = [one for one in Path(mockade.__file__).parent.rglob("*.py") if one.name != "errors.py"]
    anew = re.compile(r"'s' \*|\.strerror or|\"strerror\", None\) or (?!f\")")
    assert [one.name for one in sources if anew.search(one.read_text(encoding="utf-8"))] == []
