"""Which schemas were found sound, kept from one start to the next: a fifth of loading the bundled APIs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson

from mockade.contract import kept_files

LEAST = 4_096
"""Bytes from which it is kept: fewer are compiled in a millisecond."""

CODE = ("backtracking", "formats", "pattern_cost", "schemas")
"""The modules beside this one that say how schemas are compiled."""


class Soundness:
    """Whether schemas are sound, as far as that is known.

    `files` are those of a document as they are compiled, each with its address, and `refs` lead to the
    schemas in them that are asked for.
    """

    def __init__(self, files: Sequence[tuple[str, Any]], refs: Sequence[Any]) -> None:
        self._file = _file(files, refs)

    @property
    def is_known(self) -> bool:
        return self._file is not None and kept_files.kept(self._file) is True

    def keep(self) -> None:
        """Keep that they are sound."""
        if self._file is not None:
            kept_files.keep(self._file, data=True)


def _file(files: Sequence[tuple[str, Any]], refs: Sequence[Any]) -> Path | None:
    try:
        source = orjson.dumps((files, refs), option=orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:  # for numbers and texts that it cannot write
        return None
    return kept_files.file_for(source, _compiler()) if len(source) >= LEAST else None


@cache
def _compiler() -> bytes:
    """What identifies the code that compiles."""
    own = Path(__file__)
    sources = (own.with_name(f"{name}{own.suffix}").read_bytes() for name in CODE)
    # It has no version of its own, and to look up that of what was installed takes longer than all the rest.
    built = Path(import_module("jsonschema_rs.jsonschema_rs").__file__ or "").stat()
    return kept_files.hash_of(*sources, f"{built.st_size} {built.st_mtime_ns}".encode())
