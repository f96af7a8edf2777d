"""The page that shows and changes what a mock holds: static files that talk to the control API alone."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

PAGE = "index.html"

_MEDIA_TYPES = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
    "txt": "text/plain; charset=utf-8",
}
"""By a file's ending: a machine's own table may have another, and browsers are told not to guess."""


class Asset(NamedTuple):
    data: bytes
    media_type: str


@lru_cache(maxsize=1)
def assets() -> dict[str, Asset]:
    """All files by their paths, read once somebody looks."""
    found: dict[str, Asset] = {}
    pending = [("", files(__name__) / "static")]
    while pending:
        prefix, folder = pending.pop()
        for entry in folder.iterdir():
            path = f"{prefix}{entry.name}"
            if entry.is_dir():
                pending.append((f"{path}/", entry))
            elif media_type := _MEDIA_TYPES.get(entry.name.rpartition(".")[2]):
                found[path] = Asset(entry.read_bytes(), media_type)
    return found
