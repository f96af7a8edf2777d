"""A format's texts in every length that it can have."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from mockade.contract.generation.generator import Generator
from tests.contract.documents import contract_of, schema_node

ANY = range(1, 400, 7)


def texts(folder: Path, schemas: dict[str, Any]) -> list[str]:
    contract = contract_of(folder, schemas)
    generator = Generator(contract.schemas)
    return [
        generator.generate(schema_node(contract, name), seed=1, key="k", now="2026-01-05T12:00:00Z")
        for name in schemas
    ]


@pytest.mark.parametrize(
    ("format", "sizes"),
    [
        ("date-time", [20, *range(22, 60)]),
        ("time", [9, *range(11, 40)]),
        ("date-time-local", [19, *range(21, 40)]),
        ("duration", range(4, 40)),
        ("email", range(3, 250)),
        ("idn-email", range(3, 100, 7)),
        ("hostname", range(1, 240)),
        ("ipv4", range(7, 16)),
        ("ipv6", [3, 11, *range(12, 40)]),
        ("uri", range(3, 300, 3)),
        ("url", range(3, 300, 7)),
        ("uri-reference", ANY),
        ("uri-template", ANY),
        ("json-pointer", ANY),
        ("relative-json-pointer", ANY),
        ("regex", ANY),
        ("semver", range(5, 100)),
        ("byte", range(4, 200, 4)),
        ("int64", range(1, 20)),
        ("int32", range(1, 11)),
    ],
)
def test_a_text_of_a_format_has_the_length_that_is_asked(
    tmp_path: Path, format: str, sizes: Iterable[int]
) -> None:
    schemas = {
        f"S{size}": {"type": "string", "format": format, "minLength": size, "maxLength": size}
        for size in sizes
    }
    made = texts(tmp_path, schemas)  # each is held against its format before it is given
    assert [len(text) for text in made] == list(sizes)
    if format == "byte":
        assert all(b64decode(text, validate=True) for text in made)
    if format.startswith("int"):
        assert all(text.isdecimal() for text in made)


@pytest.mark.parametrize(
    ("format", "pattern"),
    [
        ("date-time", r"\.\d{3}Z$"),
        ("date-time", r"[+-]\d\d:\d\d$"),
        ("date-time", r"\.\d+[+-]\d\d:\d\d$"),
        ("time", r"\+00:00$"),
    ],
)
def test_a_moment_is_written_in_the_way_that_its_pattern_asks(
    tmp_path: Path, format: str, pattern: str
) -> None:
    (text,) = texts(tmp_path, {"S": {"type": "string", "format": format, "pattern": pattern}})
    assert re.search(pattern, text)
