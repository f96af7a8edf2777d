"""`mockade copy`: copies a bundled API into a home, where it can be changed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from mockade.catalogue.files import PLAY, bundled, bundled_handlers, find_files
from mockade.errors import Finding, Place, SetupError, reason


def copy_out(name: str, folder: Path) -> Iterator[Path]:
    """Copy an API's files into `folder`, its handlers and script too; yields each file as it is written.

    Raises SetupError when there is no such API, when a file is there already (then nothing is copied), or
    when the folder cannot be written.
    """
    wanted = list(_wanted(name, folder))
    existing = [target for _, target in wanted if target.exists()]
    if existing:
        raise SetupError(
            [
                Finding(
                    Place(str(path)),
                    "There is something already.",
                    "Nothing was copied; name another folder.",
                )
                for path in existing
            ]
        )
    try:
        for source, target in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read_bytes())
            yield target
    except OSError as error:
        raise SetupError([Finding(Place(str(folder)), f"Cannot write there: {reason(error)}.")]) from None


def _wanted(name: str, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Each file of a bundled API, and where it goes."""
    files = find_files(names=[name])[name]
    yield files.spec, folder / "specs" / files.spec.name
    if files.fixture is not None:
        yield files.fixture, folder / "fixtures" / files.fixture.name
    for script in sorted(bundled("fixtures").glob(f"{name}{PLAY}.*")):
        yield script, folder / "fixtures" / script.name
    for source in bundled_handlers(name):
        for file in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            yield file, folder / "apis" / file.relative_to(source.parent)
