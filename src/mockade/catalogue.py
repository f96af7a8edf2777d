"""Finds what is to be served: the bundled files, a home laid over them, and the one dynamic import."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

from mockade.api import Api, load_api
from mockade.errors import Finding, Place, SetupError, did_you_mean, shown_path

PACKAGE = Path(__file__).parent
SPEC_ENDINGS = (".yaml", ".yml", ".json")
_BUNDLED, _FROM_HOME = "mockade.apis.", "mockade_home_"
"""What the names of handler modules begin with."""


def bundled(kind: str) -> Path:
    """The folder of the bundled `specs` or `fixtures`: inside the wheel, or at the top of the checkout."""
    inside = PACKAGE / kind
    return inside if inside.is_dir() else PACKAGE.parents[1] / kind


class Files(NamedTuple):
    """The files of one API, wherever each of them comes from."""

    spec: Path
    fixture: Path | None
    handlers: Path | None
    """A home's own `apis/x.py` or package; None when the bundled one, if any, serves."""


def find(home: Path | None = None, names: Sequence[str] = ()) -> dict[str, Files]:
    """The files of each API by stem, a home's laid over the bundled ones.

    With a home that has specs of its own only those are meant, else the bundled ones; `names` picks from all.
    Raises SetupError for a home or a name that is not there.
    """
    if home is not None and not home.is_dir():
        raise SetupError([Finding(Place(shown_path(home)), "There is no such folder.", rule="home")])
    ours, theirs = specs_in(bundled("specs")), specs_in(home / "specs") if home else {}
    specs = {**ours, **theirs}
    strays = list(_strays(home, specs)) if home else []
    if strays:
        raise SetupError(strays)
    unknown = [name for name in names if name not in specs]
    if unknown:
        raise SetupError(
            [
                Finding(Place(name), "There is no API of this name.", _meant(name, specs), "api")
                for name in unknown
            ]
        )
    meant = {name: specs[name] for name in names} if names else theirs or ours
    return {stem: _files(stem, spec, home) for stem, spec in meant.items()}


def _meant(name: str, specs: Mapping[str, Path]) -> str:
    """What somebody may have meant by a name that no API has."""
    if Path(name).is_dir():
        return f"To serve a folder: --home {name}"
    return did_you_mean(name, specs)


def _strays(home: Path, specs: Mapping[str, Path]) -> Iterator[Finding]:
    """What a home holds that would never be read: files no contract asks for, second ones of a stem."""
    if not any((home / kind).is_dir() for kind in ("specs", "fixtures", "apis")):
        message = "There is nothing here to serve."
        mend = f"Put contracts into {home.name}/specs/, and fixtures into {home.name}/fixtures/."
        if home.name == "specs":
            mend = f"Name the folder above it: --home {home.parent}"
        yield Finding(Place(shown_path(home)), message, mend, "home")
    for kind in ("specs", "fixtures"):
        first: dict[str, Path] = {}
        for path in sorted((home / kind).glob("*.*")):
            if path.suffix in SPEC_ENDINGS and first.setdefault(path.stem, path) is not path:
                message = f"{first[path.stem].name} has the same stem, and only one of the two can be read."
                yield Finding(Place(shown_path(path)), message, "Remove or rename one of them.", "home")
    for kind in ("fixtures", "apis"):
        folder = home / kind
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if kind == "fixtures":
                meant = path.suffix in SPEC_ENDINGS and path.is_file()
            else:
                meant = path.suffix == ".py" or (path / "__init__.py").is_file()
            if meant and path.stem not in specs and path.stem != "__init__":
                message = f"There is no API {path.stem!r} that this could belong to."
                yield Finding(Place(shown_path(path)), message, did_you_mean(path.stem, specs), "home")


def specs_in(folder: Path) -> dict[str, Path]:
    """The contracts of a folder by stem; files in folders below it are parts of them."""
    if not folder.is_dir():
        return {}
    return {
        path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SPEC_ENDINGS and path.is_file()
    }


def _files(stem: str, spec: Path, home: Path | None) -> Files:
    folders = [home / "fixtures"] if home else []
    fixture = _first(stem, [*folders, bundled("fixtures")])
    handlers = None
    if home is not None:
        candidates = (home / "apis" / f"{stem}.py", home / "apis" / stem / "__init__.py")
        handlers = next((path for path in candidates if path.is_file()), None)
    if home is not None and spec.parent == home / "specs" and _is_foreign(stem):
        fixture = _first(stem, folders)
    return Files(spec, fixture, handlers)


def _is_foreign(stem: str) -> bool:
    """Whether no bundled API has this stem, so that no bundled fixture belongs to it."""
    return stem not in specs_in(bundled("specs"))


def _first(stem: str, folders: Sequence[Path]) -> Path | None:
    paths = (folder / f"{stem}{ending}" for folder in folders for ending in SPEC_ENDINGS)
    return next((path for path in paths if path.is_file()), None)


def load(files: Mapping[str, Files]) -> dict[str, Api]:
    """The APIs behind `files`. Raises SetupError with the faults of all of them."""
    apis: dict[str, Api] = {}
    findings: list[Finding] = []
    for stem, one in files.items():
        try:
            apis[stem] = load_api(one.spec, one.fixture, handlers(stem, one))
        except SetupError as error:
            findings += error.findings
    if findings:
        raise SetupError(findings)
    return apis


def bundled_handlers(stem: str) -> list[Path]:
    """The bundled handlers of an API, a file or a package's folder; empty when it has none."""
    candidates = (PACKAGE / "apis" / f"{stem}.py", PACKAGE / "apis" / stem)
    return [path for path in candidates if path.exists()]


def handlers(stem: str, files: Files) -> ModuleType | None:
    """The module with an API's handlers: a home's, else the bundled one, else None."""
    if files.handlers is not None:
        return _from_home(stem, files.handlers)
    name = f"{_BUNDLED}{stem}"
    spec = importlib.util.find_spec(name) if stem.isidentifier() else None
    if spec is None:
        return None
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # somebody is working on it
        raise _cannot_import(Path(spec.origin or name), error) from None


@contextmanager
def importing_anew() -> Iterator[None]:
    """Have all handlers imported again; after an exception those that were there are there as before."""
    known = {name: module for name, module in sys.modules.items() if _is_of_handlers(name)}
    try:
        _drop_handlers()
        with _no_bytecode():
            yield
    except BaseException:
        _drop_handlers()
        sys.modules.update(known)
        for name, module in known.items():
            package, _, last = name.rpartition(".")
            if package in sys.modules:
                setattr(sys.modules[package], last, module)
        raise


@contextmanager
def _no_bytecode() -> Iterator[None]:
    """Write none: it knows a file by its size and second, and two quick saves would look the same."""
    writes, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes


def _is_of_handlers(name: str) -> bool:
    return name.startswith((_BUNDLED, _FROM_HOME))


def _drop_handlers() -> None:
    for name in [name for name in sys.modules if _is_of_handlers(name)]:
        del sys.modules[name]
    importlib.invalidate_caches()


def _from_home(stem: str, path: Path) -> ModuleType:
    """Import a home's handlers. Raises SetupError when they cannot be imported."""
    name = f"{_FROM_HOME}{stem}"
    _forget(name)
    is_package = path.name == "__init__.py"
    folders = [str(path.parent)] if is_package else None
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folders)
    assert spec is not None
    assert spec.loader is not None, "a .py file always has a loader"
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    importlib.invalidate_caches()  # the home may have been written a moment ago
    try:
        with _no_bytecode():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever our user's file raises, it is theirs to mend
        _forget(name)
        raise _cannot_import(path, error) from None
    return module


def _cannot_import(entry: Path, error: BaseException) -> SetupError:
    """`entry` is the handlers' file, or their package's first."""
    handlers = entry.parent if entry.name == "__init__.py" else entry
    message = f"Cannot import these handlers: {type(error).__name__}: {_told(error)}."
    return SetupError([Finding(_place_in(handlers, entry, error), message, rule="handlers")])


def _forget(name: str) -> None:
    """Drop a package's modules: those of another home, under the same name, must not serve for this one's."""
    for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        del sys.modules[known]


def _told(error: BaseException) -> str:
    return error.msg if isinstance(error, SyntaxError) else str(error)


def _place_in(handlers: Path, entry: Path, error: BaseException) -> Place:
    """The last line of the handlers, a file or a package's folder, that an error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        return Place(shown_path(Path(error.filename)), error.lineno or 0, error.offset or 1)
    file, line, trace = entry, 0, error.__traceback__
    while trace is not None:
        frame = Path(trace.tb_frame.f_code.co_filename)
        if frame == handlers or handlers in frame.parents:
            file, line = frame, trace.tb_lineno
        trace = trace.tb_next
    return Place(shown_path(file), line, 1 if line else 0)
