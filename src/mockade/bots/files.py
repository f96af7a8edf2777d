"""Where a script and its contracts lie: `game.play.yaml` among the fixtures of the API `game`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from mockade.bots.contracts import Contracts
from mockade.catalogue.files import (
    PLAY,
    SPEC_ENDINGS,
    Files,
    bundled,
    fixtures_beside,
    specs_in,
)
from mockade.catalogue.selection import Selection, Word
from mockade.contract.contract import Contract
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.hints import did_you_mean, shell_line


def played_files(word: Word, home: Path | None) -> tuple[str, dict[str, Files]]:
    """What a word means to players: the name of an API or a family, and the files of its APIs.

    Raises SetupError where it means nothing, or several APIs that are no family.
    """
    files = Selection([word], home).files()
    name = str(word) if len(files) > 1 else next(iter(files))
    if len(files) > 1 and Path(word).is_dir():
        message = f"Several APIs are in this folder: {', '.join(files)}."
        folder = shell_line(["--home", shown_path(Path(word))])
        mend = f"Name one of them, or their family, and say where they are: {folder}"
        raise SetupError([Finding(Place(shown_path(Path(word))), message, mend, "api")])
    return name, files


def load_contracts(files: Mapping[str, Files]) -> Contracts:
    """Raises SetupError for what is no contract."""
    return Contracts({stem: Contract.load(one.spec, one.location) for stem, one in files.items()})


def default_script(name: str, files: Mapping[str, Files]) -> Path:
    """The script of an API or a family, among its fixtures. Raises SetupError where there is none."""
    folders = list(dict.fromkeys(folder for one in files.values() for folder in _folders(one)))
    for folder in folders:
        for ending in SPEC_ENDINGS:
            path = folder / f"{name}{PLAY}{ending}"
            if path.is_file():
                return path
    path = folders[0] / f"{name}{PLAY}.yaml" if folders else Path(f"{name}{PLAY}.yaml")
    beside = {one.name for folder in folders for one in folder.glob(f"*{PLAY}.*")}
    hint = f" {did_you_mean(path.name, beside)}" if beside else ""
    mend = f"Write one, as docs/play.md says, or name yours: --script FILE.{hint}"
    message = f"There is no script for the players of {name}."
    raise SetupError([Finding(Place(shown_path(path)), message, mend, "script")])


def _folders(files: Files) -> Iterator[Path]:
    """The folders with the fixtures of an API: its home's, or those beside it, then the bundled ones."""
    if files.home is not None:
        yield files.home / "fixtures"
    elif files.by_path and not files.fetched:
        yield fixtures_beside(files.spec)
    if not files.by_path and files.stem in specs_in(bundled("specs")):
        yield bundled("fixtures")
