"""Copies a bundled API out into a home, so that it can be changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from mockade.catalogue.files import bundled_handlers, find_files
from mockade.errors import Finding, Place, SetupError


def copy_out(name: str, folder: Path) -> Iterator[Path]:
    """Copy an API's contract, fixtures and handlers into `folder`; each file is named when it is there.

    Raises SetupError when there is no such API, when a file is there already (then nothing is copied), or
    when the folder cannot be written.
    """
    wanted = list(_wanted(name, folder))
    there = [target for _, target in wanted if target.exists()]
    if there:
        raise SetupError(
            [
                Finding(
                    Place(str(path)),
                    "There is something already.",
                    "Nothing was copied; name another folder.",
                )
                for path in there
            ]
        )
    try:
        for source, target in wanted:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_moved(source, target.relative_to(folder)))
            yield target
    except OSError as error:
        why = error.strerror or str(error)
        raise SetupError([Finding(Place(str(folder)), f"Cannot write there: {why}.")]) from None


def _wanted(name: str, folder: Path) -> Iterator[tuple[Path, Path]]:
    """Each file of a bundled API, and where it goes."""
    files = find_files(names=[name])[name]
    yield files.spec, folder / "specs" / files.spec.name
    if files.fixture is not None:
        yield files.fixture, folder / "fixtures" / files.fixture.name
    for source in bundled_handlers(name):
        for file in sorted(source.rglob("*.py")) if source.is_dir() else [source]:
            yield file, folder / "apis" / file.relative_to(source.parent)


def _moved(source: Path, target: Path) -> bytes:
    """A file's bytes as they are to stand at `target` in a home.

    The modules of a bundled package import each other by their full names, which would find the bundled ones
    and not the copies: there they are relative.
    """
    data = source.read_bytes()
    if target.parts[0] != "apis" or len(target.parts) < 3:
        return data
    here, dots = f"mockade.apis.{target.parts[1]}", "." * (len(target.parts) - 2)
    pattern = rf"^(\s*from ){re.escape(here)}(?:\.([\w.]+))?(?= import )"
    relative = re.sub(
        pattern, lambda found: f"{found[1]}{dots}{found[2] or ''}", data.decode(), flags=re.MULTILINE
    )
    return relative.encode()
