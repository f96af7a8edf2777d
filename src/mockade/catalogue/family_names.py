"""The names of families: read from fixture files alone, so that commands may take them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from mockade.catalogue.files import Files

_WORD = re.compile(r"""^family[ \t]*:[ \t]*["']?([^\s"'#]+)""", re.MULTILINE)


def families_of(files: Mapping[str, Files]) -> dict[str, list[str]]:
    """The stems of each family's APIs by its name, as their fixture files say; no contract is read for it.

    Where an API that is not of it has a family's name, that API is meant by the name.
    """
    families: dict[str, list[str]] = {}
    for stem, one in files.items():
        name = _word_in(one.fixture) if one.fixture is not None else ""
        if name:
            families.setdefault(name, []).append(stem)
    return {name: stems for name, stems in families.items() if name in stems or name not in files}


def _word_in(fixture: Path) -> str:
    """What a fixture file says its family is; one that cannot be read says none here."""
    try:
        text = fixture.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    if fixture.suffix != ".json":
        found = _WORD.search(text)
        return found[1] if found else ""
    try:
        data: Any = orjson.loads(text)
    except orjson.JSONDecodeError:
        return ""
    name = data.get("family") if isinstance(data, dict) else None
    return name if isinstance(name, str) else ""
