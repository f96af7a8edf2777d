"""What YAML texts were read as, kept from one start to the next: a third of loading the bundled APIs."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from mockade.contract import kept_files, yaml_reader, yaml_scalars

LEAST = 4_096
"""Characters from which a text is kept: a shorter one is read in a millisecond or two."""


def kept(text: str) -> Any:
    """What `text` was read as, or None where that is not known."""
    file = _file(text)
    return kept_files.kept(file) if file is not None else None


def keep(text: str, data: Any) -> None:
    """Keep what `text` was read as, where JSON says it exactly."""
    file = _file(text)
    if file is not None:
        kept_files.keep(file, data)


def _file(text: str) -> Path | None:
    if len(text) >= LEAST:
        with suppress(UnicodeEncodeError):
            return kept_files.file_for(text.encode(), _reader())
    return None


@cache
def _reader() -> bytes:
    """What identifies the code that reads."""
    sources = (Path(module.__file__ or "").read_bytes() for module in (yaml_reader, yaml_scalars))
    return kept_files.hash_of(*sources, yaml.__version__.encode())
