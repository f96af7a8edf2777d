"""The files of each API: the bundled ones, and those of a home in their place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.hints import did_you_mean

PACKAGE = Path(__file__).parents[1]
SPEC_ENDINGS = (".yaml", ".yml", ".json")


def bundled(kind: str) -> Path:
    """The folder of the bundled `specs` or `fixtures`: inside the wheel, or at the top of the checkout."""
    inside = PACKAGE / kind
    return inside if inside.is_dir() else PACKAGE.parents[1] / kind


class Files(NamedTuple):
    """The files of one API; each is bundled or of a home."""

    spec: Path
    fixture: Path | None
    handlers: Path | None
    """The home's `apis/x.py` or package; None when the bundled one, if any, is used."""


def find_files(home: Path | None = None, names: Sequence[str] = ()) -> dict[str, Files]:
    """The files of each API by stem; a home's file takes the place of the bundled one.

    A home with specs serves those alone, else the bundled APIs are served; `names` picks from all of both.
    Raises SetupError for a home or a name that is not there.
    """
    if home is not None and not home.is_dir():
        raise SetupError([Finding(Place(shown_path(home)), "There is no such folder.", rule="home")])
    bundled_specs, home_specs = specs_in(bundled("specs")), specs_in(home / "specs") if home else {}
    specs = {**bundled_specs, **home_specs}
    unread = list(_unread(home, specs)) if home else []
    if unread:
        raise SetupError(unread)
    unknown = [name for name in names if name not in specs]
    if unknown:
        raise SetupError(
            [
                Finding(Place(name), "There is no API of this name.", _hint(name, specs), "api")
                for name in unknown
            ]
        )
    chosen = {name: specs[name] for name in names} if names else home_specs or bundled_specs
    return {stem: _files(stem, spec, home) for stem, spec in chosen.items()}


def _hint(name: str, specs: Mapping[str, Path]) -> str:
    """A hint for a name that no API has."""
    if Path(name).is_dir():
        return f"To serve a folder: --home {name}"
    return did_you_mean(name, specs)


def _unread(home: Path, specs: Mapping[str, Path]) -> Iterator[Finding]:
    """Findings for files of a home that are never read: of no contract, or second ones of a stem."""
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
                is_read = path.suffix in SPEC_ENDINGS and path.is_file()
            else:
                is_read = path.suffix == ".py" or (path / "__init__.py").is_file()
            if is_read and path.stem not in specs and path.stem != "__init__":
                message = f"There is no API {path.stem!r} that this could belong to."
                yield Finding(Place(shown_path(path)), message, did_you_mean(path.stem, specs), "home")


def specs_in(folder: Path) -> dict[str, Path]:
    """The contracts of a folder by stem; files in folders below are referenced by them."""
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


def bundled_handlers(stem: str) -> list[Path]:
    """The bundled handlers of an API, a file or a package's folder; empty when it has none."""
    candidates = (PACKAGE / "apis" / f"{stem}.py", PACKAGE / "apis" / stem)
    return [path for path in candidates if path.exists()]
