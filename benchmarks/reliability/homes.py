"""A folder that a run has served: a contract, fixtures and handlers of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def make_home(folder: Path, files: Mapping[str, str]) -> str:
    """`folder` with these files in it, by their paths, such as `specs/shop.json`."""
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return str(folder)
