"""Loads APIs from their files, and imports their handlers: the one dynamic import."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

from mockade.catalogue.api import Api, load_api
from mockade.catalogue.families import joined
from mockade.catalogue.files import Files
from mockade.catalogue.handler_module import place_in_module
from mockade.contract.document import Document
from mockade.contract.recognition import NotOpenApi
from mockade.errors import Finding, Place, SetupError, shown_path

_BUNDLED, _FROM_HOME = "mockade.apis.", "mockade_home_"
"""The prefixes of the names of handler modules in `sys.modules`."""

CONTROL_API = "mockade"
"""The control API's name among the APIs, which no other can have."""

OnRead = Callable[[str], object]
"""Called with a file or address, as it may be shown, before it is read."""


OnMisfit = Callable[[Sequence[Finding]], object]
"""Called with the faults of a fixture file that does not fit."""


def ignore(_fact: object) -> None:
    """Ignores what it is called with."""


def load_apis(
    files: Mapping[str, Files],
    *,
    closed: bool = False,
    strict_contract: bool = False,
    on_read: OnRead = ignore,
    warn: Callable[[Finding], object] = ignore,
    on_misfit: OnMisfit | None = None,
) -> dict[str, Api]:
    """The APIs behind `files`. Raises SetupError with the faults of all of them.

    Where they are to be `closed`, a security scheme without credentials in the fixtures is a fault; with
    `strict_contract` every slip of a contract is one. `warn` is called with files in the specs/ of a home
    that are no contracts and that no contract refers to. Where there is an `on_misfit` it is called with
    the faults of each fixture file that does not fit, which is then left out.
    """
    apis: dict[str, Api] = {}
    findings: list[Finding] = []
    strays: dict[Path, Finding] = {}
    for stem, one in files.items():
        on_read(one.shown)
        try:
            api = apis[stem] = _load(stem, one, closed, on_misfit)
            if strict_contract:
                findings += [slip for slip in api.contract.findings if slip.severity != "info"]
        except NotOpenApi as error:
            if one.named:
                findings += error.findings
            else:
                strays[one.spec] = error.findings[0]
        except SetupError as error:
            findings += error.findings
    apis = joined(apis, findings, closed=closed)
    if not (apis or findings):
        findings += strays.values()
    if findings:
        raise SetupError(list(dict.fromkeys(findings)))
    for finding in unreferenced(strays, [api.contract.document for api in apis.values()]):
        warn(finding)
    return apis


def _load(stem: str, files: Files, closed: bool, on_misfit: OnMisfit | None) -> Api:
    if stem == CONTROL_API:
        message = f"The name {CONTROL_API!r} is taken: Mockade's own control API has it."
        raise SetupError([Finding(Place(files.shown), message, "Rename this file.", "api")])
    module = load_handlers(stem, files)
    return load_api(files, module, closed=closed, on_misfit=on_misfit)


def read_files(apis: Mapping[str, Api]) -> list[Path]:
    """The files of this machine that the contracts were read from."""
    documents = [api.contract.document for api in apis.values()]
    return [path for one in documents if not one.location.urls for path in one.paths()]


def unreferenced(strays: Mapping[Path, Finding], documents: Iterable[Document]) -> Iterator[Finding]:
    """What is wrong with the files that are no contracts, as warnings, but for those that are referred to."""
    referred = {path.resolve() for document in documents for path in document.paths()}
    for path, finding in strays.items():
        if path.resolve() not in referred:
            yield finding._replace(
                mend=f"{finding.mend} It is not served, and no contract refers to it.", severity="warning"
            )


def load_handlers(stem: str, files: Files) -> ModuleType | None:
    """The module with an API's handlers: a home's, else the bundled one if it is its own, else None."""
    if files.handlers is not None:
        return _from_home(stem, files.handlers)
    if files.by_path:
        return None
    name = f"{_BUNDLED}{stem}"
    spec = importlib.util.find_spec(name) if stem.isidentifier() else None
    if spec is None:
        return None
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a bundled module may be under work
        raise _cannot_import(Path(spec.origin or name), error) from None


@contextmanager
def importing_anew() -> Iterator[None]:
    """Import all handlers again; an exception restores the modules that were imported before."""
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
    """Write no .pyc: it identifies a file by size and second, so that two quick saves would look the same."""
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
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    importlib.invalidate_caches()  # the home may have been written a moment ago
    try:
        with _no_bytecode():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever the user's file raises, they can mend it
        _forget(name)
        raise _cannot_import(path, error) from None
    return module


def _cannot_import(file: Path, error: BaseException) -> SetupError:
    """`file` is the module's, or the `__init__.py` of its package."""
    text = str(error)
    place = place_in_module(error, file) or Place(shown_path(file))
    if isinstance(error, SyntaxError):
        text = error.msg
        if error.filename:
            place = Place(shown_path(Path(error.filename)), error.lineno or 0, error.offset or 1)
    message = f"Cannot import these handlers: {type(error).__name__}: {text}."
    return SetupError([Finding(place, message, rule="handlers")])


def _forget(name: str) -> None:
    """Remove a module or package from `sys.modules`: another home may have one of the same name."""
    for known in [known for known in sys.modules if known == name or known.startswith(f"{name}.")]:
        del sys.modules[known]
