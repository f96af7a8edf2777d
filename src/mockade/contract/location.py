"""Where the files of a contract lie: which of them it may refer to, and how messages name them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote, unquote

from mockade.contract.references import ROOT
from mockade.errors import shown_path

ENDINGS = (".yaml", ".yml", ".json")
"""Of the files that a contract may refer to outside its own folder."""


class Location(NamedTuple):
    """The folders of one contract; both are resolved. A `$ref` leads to files below `root` alone."""

    folder: Path
    """That of the contract itself."""
    root: Path
    """The folder itself or one above it."""
    urls: Mapping[Path, str] = MappingProxyType({})
    """By file, the address that it was fetched from, as it may be shown."""

    @classmethod
    def of(cls, path: Path) -> Location:
        """That of a file of this machine: its `root` is the outermost of its folder, its repository and the
        working directory, where that is above it.
        """
        folder = path.parent.resolve()
        above = [one for one in (_repository(folder), _working_directory(folder)) if one is not None]
        return cls(folder, min([folder, *above], key=lambda one: len(one.parts)))

    def uri(self, name: str) -> str:
        """The address, below ROOT, of a file of the contract's folder."""
        return ROOT + quote((self.folder.relative_to(self.root) / name).as_posix())

    def path(self, uri: str) -> Path:
        """The file at an address below ROOT."""
        return self.root / unquote(uri.removeprefix(ROOT))

    def contains(self, path: Path) -> bool:
        """Whether a contract may refer to a file; symbolic links count for what they lead to."""
        resolved = path.resolve()
        if self.folder in resolved.parents or (self.urls and self.root in resolved.parents):
            return True
        return self.root in resolved.parents and resolved.suffix.lower() in ENDINGS

    def shown(self, path: Path) -> str:
        """A file as messages name it."""
        return self.urls.get(path) or shown_path(path)

    @property
    def limit(self) -> str:
        """What a `$ref` must not lead out of, in words."""
        if self.root == self.folder:
            return "the contract's folder"
        return "the contract's repository and the working directory"


def _repository(folder: Path) -> Path | None:
    """The nearest folder with a `.git`, that of the contract or one above it."""
    for one in (folder, *folder.parents):
        if (one / ".git").exists():
            return None if _is_too_wide(one) else one
    return None


def _working_directory(folder: Path) -> Path | None:
    """The working directory where it is above `folder`."""
    try:
        directory = Path.cwd().resolve()
    except OSError:  # it has been removed
        return None
    return directory if directory in folder.parents and not _is_too_wide(directory) else None


def _is_too_wide(folder: Path) -> bool:
    """Whether a folder is the root of the file system, or the home directory or one above it."""
    try:
        home = Path.home().resolve()
    except (OSError, RuntimeError):
        return folder == Path(folder.anchor)
    return folder == Path(folder.anchor) or folder == home or folder in home.parents
