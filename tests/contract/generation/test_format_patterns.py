"""A text of a format that a pattern asks something of besides is both, where there is one."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.contract.generation.no_value import NoValueFound
from tests.contract.generation.test_generator import made


def folder(above: Path, name: str) -> Path:
    (above / name).mkdir()
    return above / name


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("date", "^20[0-9]{2}-(01|02)-.*$"),
        ("date", "-15$"),
        ("date", "^19"),
        ("date", "^[0-9]{4}-02-29$"),
        ("date", "-(?:0[1-3])-"),
        ("date-time", "^2021-.*Z$"),
        ("date-time", r"[+]02:00$"),
        ("date-time", r"\.[0-9]{3}Z$"),
        ("date-time", "T0[0-3]:30:"),
        ("time", "^1[0-9]:15"),
        ("email", r"@example\.org$"),
        ("hostname", r"\.example$"),
        ("uri", r"\.png$"),
        ("ipv6", "^fe80"),
        ("uuid", "^0{8}-"),
    ],
)
def test_a_text_is_of_its_format_and_matches_its_pattern(tmp_path: Path, form: str, pattern: str) -> None:
    schema = {"type": "string", "format": form, "pattern": pattern}
    values = [made(folder(tmp_path, f"{seed}"), schema, seed=seed) for seed in range(3)]
    assert values == [made(folder(tmp_path, f"again{seed}"), schema, seed=seed) for seed in range(3)]


def test_what_no_text_of_a_format_matches_has_no_value(tmp_path: Path) -> None:
    with pytest.raises(NoValueFound):
        made(tmp_path, {"type": "string", "format": "date", "pattern": "-02-3"})
