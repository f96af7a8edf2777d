"""Phrases that many messages have."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest

import mockade
from mockade.phrases import counted, reason

SOURCES = [one for one in Path(mockade.__file__).parent.rglob("*.py") if one.name != "phrases.py"]


@pytest.mark.parametrize(
    ("count", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_a_number_has_its_noun(count: int, words: str) -> None:
    assert counted(count, "row") == words


def test_a_failure_says_why_in_the_systems_words_where_it_is_the_systems() -> None:
    assert reason(PermissionError(errno.EACCES, "Permission denied", "/x")) == "Permission denied"
    assert reason(ValueError("embedded null byte")) == "embedded null byte"


def test_nobody_words_them_anew() -> None:
    anew = re.compile(r"'s' \*|\.strerror or|\"strerror\", None\) or (?!f\")")
    assert [one.name for one in SOURCES if anew.search(one.read_text(encoding="utf-8"))] == []
