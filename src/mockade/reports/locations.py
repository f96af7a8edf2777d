"""Where the files that reports name lie: relative to a base, so that a report means the same elsewhere."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import NamedTuple
from urllib.parse import quote as quoted

from mockade.catalogue.files import bundled
from mockade.errors import utf8_safe

SOURCE = "%SRCROOT%"
"""The base of files in the repository, as SARIF's viewers know it."""

BUNDLED = "MOCKADE"
"""The base of the files that come with Mockade."""

_INSTALLED = re.compile(r"/(?:site|dist)-packages/mockade/(.+)$")
_URL = re.compile(r"([a-z][a-z0-9+.-]+://.*/)([^/]*)", re.IGNORECASE)


class Location(NamedTuple):
    """A file: the name of its base, and its relative URI from there."""

    base: str
    uri: str
    folder: str = ""
    """The base's own URI, for a base that is neither the repository nor Mockade."""


class Locations:
    """The locations of files, as messages name them: relative to the working directory, or absolute."""

    def __init__(self, root: Path | None = None) -> None:
        self._directory = Path.cwd()
        self.root = root or repository(self._directory)
        self._bundled = bundled("specs").parent.as_posix()
        self._folders: dict[str, str] = {}

    def of(self, file: str) -> Location:
        """Folders that are neither in the repository nor Mockade's get names by their order."""
        url = _URL.fullmatch(file)
        if url is not None:
            return self._elsewhere(url[1], url[2])
        posix = file.replace("\\", "/") if _is_windows(file) else file
        installed = _INSTALLED.search(posix)
        if installed is not None:
            return Location(BUNDLED, _quote(installed[1]))
        inside = self.in_repository(file)
        if inside:
            return Location(SOURCE, _quote(inside))
        path = PurePosixPath(posix if _is_windows(file) else os.path.normpath(self._directory / file))
        if path.is_relative_to(self._bundled):
            return Location(BUNDLED, _quote(str(path.relative_to(self._bundled))))
        parent = _quote(str(path.parent).strip("/"), safe="/:")
        return self._elsewhere(f"file:///{parent}/" if parent else "file:///", _quote(path.name))

    def in_repository(self, file: str) -> str:
        """A file's path from the root of the repository, with slashes; empty where it is not in there."""
        if _is_windows(file) and os.name != "nt":  # a report of another machine's
            return "" if PureWindowsPath(file).is_absolute() else file.replace("\\", "/")
        path = os.path.normpath(self._directory / file)
        try:
            return Path(path).relative_to(self.root).as_posix()
        except ValueError:
            return ""

    def bases(self) -> Iterator[tuple[str, str]]:
        """The names and URIs of the bases that are neither the repository nor Mockade, so far."""
        return ((name, folder) for folder, name in self._folders.items())

    def _elsewhere(self, folder: str, name: str) -> Location:
        base = self._folders.setdefault(folder, f"FOLDER{len(self._folders) + 1}")
        return Location(base, name, folder)


def repository(directory: Path) -> Path:
    """The root of the repository around a directory: what CI says, where it is above, else by its `.git`."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        said = os.environ.get(name)
        if said and (Path(said) == directory or Path(said) in directory.parents):
            return Path(said)
    return next((one for one in (directory, *directory.parents) if (one / ".git").exists()), directory)


def _quote(text: str, safe: str = "/") -> str:
    return quoted(utf8_safe(text), safe)


def _is_windows(file: str) -> bool:
    return bool(re.match(r"[A-Za-z]:[\\/]", file)) or ("\\" in file and "/" not in file)
