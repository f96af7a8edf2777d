"""What the words of a command choose: APIs by name, documents by path, folders with specs/, addresses."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mockade.catalogue.family_names import families_of
from mockade.catalogue.fetching import fetch, is_url, shown_url
from mockade.catalogue.files import (
    KINDS,
    SPEC_ENDINGS,
    Files,
    belonging,
    bundled,
    files_of,
    find_files,
    fixture_beside,
    fixtures_beside,
    known_specs,
    specs_in,
)
from mockade.catalogue.loading import OnRead, ignore
from mockade.errors import Finding, Place, SetupError, reason, shown_path
from mockade.hints import did_you_mean, nearest, shell_line

Word = str | Path
"""A name, a path or an address; a Path is never a name."""

MOST_NAMED = 5
"""Documents that a message names."""

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Watched(NamedTuple):
    """What has to be watched for a selection, beside the files that its contracts refer to."""

    homes: list[Path]
    files: list[Path]


class Selection:
    """The APIs of a command: what its words choose, all without any. An address is fetched once.

    A bare word is a name first, else a folder with specs/; what has a slash or a suffix is a path.
    """

    def __init__(self, words: Sequence[Word], home: Path | None = None) -> None:
        self.words = words
        self.home = home
        self._fetched: dict[str, Files] = {}

    def files(self, on_read: OnRead = ignore) -> dict[str, Files]:
        """The files of each API by stem. Raises SetupError with what is wrong with any of the words."""
        if not self.words:
            return find_files(self.home)
        chosen: dict[str, Files] = {}
        findings: list[Finding] = []
        specs = known_specs(self.home, self._stems_of_paths()) if self.home else specs_in(bundled("specs"))
        names = {**{stem: [stem] for stem in specs}, **self._families(specs)}
        for word in self.words:
            try:
                found = self._found(word, names, on_read)
            except SetupError as error:
                findings += error.findings
                continue
            for stem, files in found.items():
                other = chosen.setdefault(stem, files)
                if other.spec.resolve() != files.spec.resolve():
                    findings.append(_same_stem(stem, files, other))
        if findings:
            raise SetupError(findings)
        return chosen

    def watched(self) -> Watched:
        """The homes and documents among the words; what is not there is left out."""
        homes = [self.home] if self.home else []
        files = []
        names = self._names()
        for word in self.words:
            if is_address(word) or _is_name(word, names):
                continue
            path = Path(word)
            if path.is_dir():
                homes.append(path)
            elif path.is_file():
                around = home_around(path)
                files.append(path)
                if around:
                    homes.append(around)
                elif self.home is None:
                    files += (fixtures_beside(path) / f"{path.stem}{ending}" for ending in SPEC_ENDINGS)
        return Watched(homes, files)

    def _names(self) -> Collection[str]:
        home_specs = specs_in(self.home / "specs") if self.home else {}
        names = {**specs_in(bundled("specs")), **home_specs}
        return {*names, *self._families(names)}

    def _families(self, specs: Mapping[str, Path]) -> dict[str, list[str]]:
        return families_of({stem: files_of(stem, spec, self.home) for stem, spec in specs.items()})

    def _stems_of_paths(self) -> set[str]:
        """The stems of the words that are not names: files of a home may belong to them."""
        return {Path(str(word).partition("?")[0]).stem for word in self.words}

    def _found(self, word: Word, names: Mapping[str, Sequence[str]], on_read: OnRead) -> dict[str, Files]:
        if word == "":
            raise _refused(
                "''", "An empty word names nothing.", "Name an API, an OpenAPI document or a folder."
            )
        if is_address(word):
            files = self._fetched.get(str(word)) or self._fetch(str(word), on_read)
            return {files.stem: files}
        if _is_name(word, names):
            return find_files(self.home, names[str(word)], self._stems_of_paths())
        path = Path(word)
        try:
            if path.is_dir():
                return folder_files(path)
            if path.exists():
                files = document_files(path, self.home)
                return {files.stem: files}
        except OSError as error:
            raise _refused(shown_path(path), f"This cannot be read: {reason(error)}.") from None
        if _is_bare(word):
            raise _refused(str(word), "There is no API of this name.", _name_hint(str(word), names), "api")
        raise missing(path)

    def _fetch(self, url: str, on_read: OnRead) -> Files:
        if not is_url(url):
            mend = "Give the path itself." if url.lower().startswith("file:") else ""
            raise _refused(shown_url(url), "Only http and https addresses are fetched.", mend, "url")
        on_read(shown_url(url))
        fetched = fetch(url)
        files = Files(fetched.path, *belonging(fetched.stem, self.home), by_path=True, fetched=fetched)
        files = files._replace(word=url, home=self.home)
        self._fetched[url] = files
        return files


def anchored(words: Sequence[str], folder: Path, home: Path | None = None) -> list[Word]:
    """The words with paths that are relative to `folder`, such as those of a configuration file."""
    names = Selection((), home)._names()
    return [
        word
        if not word
        or is_address(word)
        or _is_name(word, names)
        or (_is_bare(word) and not (folder / word).exists())
        else folder / word
        for word in words
    ]


def is_name(word: Word, home: Path | None = None) -> bool:
    """Whether a word names an API, bundled or of a home."""
    return _is_name(word, Selection((), home)._names())


def is_address(word: Word) -> bool:
    return isinstance(word, str) and _ADDRESS.match(word) is not None


def _is_bare(word: Word) -> bool:
    return isinstance(word, str) and not re.search(r"[/\\]", word) and not Path(word).suffix


def _is_name(word: Word, names: Collection[str]) -> bool:
    """A name may have a dot in it; where there is such a path too, that is meant."""
    return isinstance(word, str) and word in names and (_is_bare(word) or not Path(word).exists())


def document_files(path: Path, home: Path | None = None) -> Files:
    """The files of the API whose document is at `path`.

    Its fixtures and handlers are those of the home in whose specs/ it lies, else those of its stem in `home`,
    else it has the fixture file in fixtures/ beside it; bundled ones belong to the bundled document alone.
    """
    if not path.is_file():
        raise _refused(shown_path(path), "This is no file.", "Name an OpenAPI document.")
    original = specs_in(bundled("specs")).get(path.stem)
    if original is not None and original.resolve() == path.resolve():
        return find_files(home, [path.stem])[path.stem]._replace(spec=path, by_path=False)
    around = home_around(path) or home
    fixture, handlers = belonging(path.stem, around) if around else (fixture_beside(path), None)
    return Files(path, fixture, handlers, by_path=True, word=os.fspath(path), home=around)


def home_around(path: Path) -> Path | None:
    """The home in whose specs/ a document lies, if it has fixtures/ or apis/ beside that."""
    folder = path.absolute().parent
    is_home = folder.name == "specs" and any((folder.parent / kind).is_dir() for kind in ("fixtures", "apis"))
    return _relative(folder.parent) if is_home else None


def _relative(path: Path) -> Path:
    return Path(shown_path(path))


def folder_files(folder: Path) -> dict[str, Files]:
    """The files of the APIs of a folder with specs/. Raises SetupError when there is none to serve."""
    if (folder / "specs").is_dir() and specs_in(folder / "specs"):
        return find_files(folder)
    contracts = list(specs_in(folder))
    message, mend = (
        "There is no contract in this folder.",
        "Name an OpenAPI document, or a folder with specs/.",
    )
    if (folder / "specs").is_dir():
        mend = f"Put an OpenAPI document into {shown_path(folder / 'specs')}."
    elif folder.absolute().name == "specs" and contracts:
        message, mend = (
            "This is no home, which has specs/ in it.",
            f"Name the folder above it: {folder.parent}",
        )
    elif contracts:
        message = "This folder has no specs/."
        mend = _documents_one_by_one(list(specs_in(folder).values()))
    elif any((folder / kind).is_dir() for kind in KINDS):
        message, mend = "This home has no contract.", f"To lay it over the bundled APIs: --home {folder}"
    raise _refused(shown_path(folder), message, mend)


def _documents_one_by_one(paths: Sequence[Path]) -> str:
    """What to name in the place of a folder: its OpenAPI documents, as words of a command."""
    documents = [path for path in paths if _seems_openapi(path)]
    if not documents:
        return f"None of its files is OpenAPI: {', '.join(path.name for path in paths[:MOST_NAMED])}."
    names = [shown_path(path) for path in documents[:MOST_NAMED]]
    words = shell_line([f"./{name}" if name.startswith("-") else name for name in names])
    more = len(documents) - MOST_NAMED
    return f"Name its documents one by one: {words}{f' and {more} more' if more > 0 else ''}"


def _seems_openapi(path: Path) -> bool:
    """Whether a file says at its beginning, or anywhere at the margin, that it is OpenAPI or Swagger."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return re.search(r"""(?m)^[\s{]*["']?(?:openapi|swagger)["']?\s*:""", text) is not None


def missing(path: Path) -> SetupError:
    """A file or folder that is not there, with the nearest name beside where it should be."""
    if path.is_symlink():
        return _refused(shown_path(path), "This link leads to nothing.", "Name the document itself.")
    beside = {one.stem if path.suffix else one.name: one.name for one in _documents_beside(path)}
    match = nearest(path.stem if path.suffix else path.name, beside)
    hint = f"Did you mean {shown_path(path.parent / beside[match])!r}?" if match else ""
    return _refused(shown_path(path), "There is no such file or folder.", hint)


def _documents_beside(path: Path) -> Iterator[Path]:
    """The files with a contract's ending beside `path`; the folders, where it is named like one."""
    try:
        for one in sorted(path.parent.iterdir()):
            if (one.is_file() and one.suffix in SPEC_ENDINGS) if path.suffix else one.is_dir():
                yield one
    except OSError:
        return


def _name_hint(word: str, names: Collection[str]) -> str:
    """A hint for a name that no API has: the file that may be meant, else the nearest name."""
    for ending in SPEC_ENDINGS:
        if Path(f"{word}{ending}").is_file():
            return f"To serve a document, name its file: {word}{ending}"
    return did_you_mean(word, names)


def _same_stem(stem: str, files: Files, other: Files) -> Finding:
    message = f"{other.shown} is called {stem!r} too, and an API is called as its file."
    mend = "Rename one of the two, or serve each by a command of its own."
    return Finding(Place(files.shown), message, mend, "api")


def _refused(shown: str, message: str, mend: str = "", rule: str = "read") -> SetupError:
    return SetupError([Finding(Place(shown), message, mend, rule)])
