"""The files of each API: the bundled ones, and those of a home in their place."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from mockade.contract.location import Location
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.hints import did_you_mean

PACKAGE = Path(__file__).parents[1]
SPEC_ENDINGS = (".yaml", ".yml", ".json")
KINDS = ("specs", "fixtures", "apis")
"""The folders of a home."""

PLAY = ".play"
"""What the stem of a script of players ends in, which lies among the fixtures: `game.play.yaml`."""


def bundled(kind: str) -> Path:
    """The folder of the bundled `specs` or `fixtures`: inside the wheel, or at the top of the checkout."""
    inside = PACKAGE / kind
    return inside if inside.is_dir() else PACKAGE.parents[1] / kind


@dataclass(frozen=True, eq=False)
class Fetched:
    """A contract that lies in a folder of its own now, which goes with this object if it was made for it."""

    path: Path
    url: str
    """Where it came from, as it may be shown: without userinfo and query."""
    location: Location

    @property
    def stem(self) -> str:
        return self.path.stem


class Origin(NamedTuple):
    """What names an API in a command, and the folder that files of its own are read from."""

    words: tuple[str, ...]
    """As its user named it: `api/game.yaml`, or `game --home shop`."""
    stem: str
    folder: Path
    """Where its fixtures/ and apis/ are, or would be."""
    has_fixtures: bool = False
    """Whether the folder's fixtures/ is read as it was named; else the folder has to be its home."""

    @property
    def fixture(self) -> str:
        """The fixture file that is read once it is there, as messages name it."""
        return shown_path(self.folder / "fixtures" / f"{self.stem}.yaml")

    def words_with_fixtures(self) -> tuple[str, ...]:
        """What names it so that its fixture file is read."""
        return self.words if self.has_fixtures else (*self.words, *home_option(self.folder))


def is_blank_file(path: Path) -> bool:
    """Whether nothing but comments stands in a YAML file."""
    return all(not line.strip() or line.startswith(b"#") for line in path.read_bytes().splitlines())


def home_option(home: Path) -> tuple[str, str]:
    """The words that name a home in a command."""
    return "--home", shown_path(home)


def fixtures_beside(document: Path) -> Path:
    """The folder with the fixtures of a document named by its path: beside it, or beside its specs/."""
    folder = document.absolute().parent
    return (folder.parent if folder.name == "specs" else folder) / "fixtures"


class Files(NamedTuple):
    """The files of one API; each is bundled or of a home."""

    spec: Path
    fixture: Path | None
    handlers: Path | None
    """The home's `apis/x.py` or package; None when the bundled one, if any, is used."""
    by_path: bool = False
    """Whether the document was named by its path or address: no bundled handlers belong to it."""
    named: bool = True
    """Whether the API was asked for; else its file lies in the specs/ of a home, and need be no contract."""
    fetched: Fetched | None = None
    word: str = ""
    """The path or the address that named it; empty where it was named by its stem."""
    home: Path | None = None
    """The home whose fixtures and handlers it has."""

    @property
    def stem(self) -> str:
        """The API's name."""
        return self.spec.stem

    def without_blank_fixture(self) -> Files:
        """The files, without a fixture file in which nothing but comments stands."""
        is_blank = self.fixture is not None and is_blank_file(self.fixture)
        return self._replace(fixture=None) if is_blank else self

    @property
    def origin(self) -> Origin:
        """What names the API in a command, and where files of its own are read from."""
        spec = self.spec.absolute()
        if self.home is None:
            if not self.by_path or self.fetched:
                return Origin((self.word or self.stem,), self.stem, Path())
            return Origin((self._path_word,), self.stem, fixtures_beside(spec).parent, has_fixtures=True)
        option = () if self.word and spec.parent == self.home.absolute() / "specs" else home_option(self.home)
        name = self._path_word if self.word and not self.fetched else self.word or self.stem
        return Origin((name, *option), self.stem, self.home, has_fixtures=True)

    @property
    def _path_word(self) -> str:
        """The path that named it, which no command takes for an option or a name."""
        word = self.word or shown_path(self.spec)
        return f"./{word}" if word.startswith("-") else word

    @property
    def location(self) -> Location:
        return self.fetched.location if self.fetched else Location.of(self.spec)

    @property
    def shown(self) -> str:
        """The contract as messages name it."""
        return self.fetched.url if self.fetched else shown_path(self.spec)


def find_files(
    home: Path | None = None, names: Sequence[str] = (), others: Collection[str] = ()
) -> dict[str, Files]:
    """The files of each API by stem; a home's file takes the place of the bundled one.

    A home with specs serves those alone, else the bundled APIs are served; `names` picks from all of both.
    Raises SetupError for a home or a name that is not there; `others` as in `known_specs`.
    """
    specs = known_specs(home, others)
    unknown = [name for name in names if name not in specs]
    if unknown:
        raise SetupError(
            [
                Finding(Place(name), "There is no API of this name.", _hint(name, specs), "api")
                for name in unknown
            ]
        )
    home_specs = specs_in(home / "specs") if home else {}
    chosen = {name: specs[name] for name in names} if names else home_specs or specs
    is_named = bool(names) or not home_specs
    return {stem: files_of(stem, spec, home)._replace(named=is_named) for stem, spec in chosen.items()}


def known_specs(home: Path | None, others: Collection[str] = ()) -> dict[str, Path]:
    """The contracts of the bundled APIs and of a home, by stem.

    Raises SetupError for a home that is not there, or with files that nothing reads; `others` are the stems
    of further contracts that they may belong to.
    """
    bundled_specs = specs_in(bundled("specs"))
    if home is None:
        return bundled_specs
    if not home.is_dir():
        raise SetupError([Finding(Place(shown_path(home)), "There is no such folder.", rule="home")])
    specs = {**bundled_specs, **specs_in(home / "specs")}
    unread = list(_unread(home, specs, others))
    if unread:
        raise SetupError(unread)
    return specs


def _hint(name: str, specs: Mapping[str, Path]) -> str:
    """A hint for a name that no API has."""
    if Path(name).is_dir():
        return f"To serve a folder: --home {name}"
    return did_you_mean(name, specs)


def _unread(home: Path, specs: Mapping[str, Path], others: Collection[str]) -> Iterator[Finding]:
    """Findings for files of a home that are never read: of no contract, or second ones of a stem."""
    if not any((home / kind).is_dir() for kind in KINDS):
        message = "There is nothing here to serve."
        places = [f"{shown_path(home / kind)}/" for kind in ("specs", "fixtures")]
        mend = f"Put contracts into {places[0]}, and fixtures into {places[1]}."
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
                is_read = path.suffix in SPEC_ENDINGS and path.is_file() and not path.stem.endswith(PLAY)
            else:
                is_read = path.suffix == ".py" or (path / "__init__.py").is_file()
            if is_read and path.stem not in {*specs, *others, "__init__"}:
                message = f"There is no API {path.stem!r} that this could belong to."
                yield Finding(Place(shown_path(path)), message, did_you_mean(path.stem, specs), "home")


def specs_in(folder: Path) -> dict[str, Path]:
    """The contracts of a folder by stem; files in folders below are referenced by them."""
    if not folder.is_dir():
        return {}
    return {
        path.stem: path for path in sorted(folder.iterdir()) if path.suffix in SPEC_ENDINGS and path.is_file()
    }


def belonging(stem: str, home: Path | None) -> tuple[Path | None, Path | None]:
    """The fixtures and the handlers of an API in a home."""
    if home is None:
        return None, None
    candidates = (home / "apis" / f"{stem}.py", home / "apis" / stem / "__init__.py")
    handlers = next((path for path in candidates if path.is_file()), None)
    return _first(stem, [home / "fixtures"]), handlers


def files_of(stem: str, spec: Path, home: Path | None) -> Files:
    """The files of an API whose contract is at `spec`, bundled or in a home's specs/."""
    fixture, handlers = belonging(stem, home)
    if home is None or spec.parent != home / "specs" or not _is_foreign(stem):
        fixture = fixture or _first(stem, [bundled("fixtures")])
    return Files(spec, fixture, handlers, home=home)


def fixture_beside(document: Path) -> Path | None:
    """The fixture file beside a document; the bundled ones belong to the bundled documents alone."""
    folder = fixtures_beside(document)
    if folder.resolve() == bundled("fixtures").resolve():
        return None
    found = _first(document.stem, [folder])
    return Path(shown_path(found)) if found else None


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


def unserved_specs() -> Iterator[str]:
    """A line about the contracts of the working directory, where bundled APIs are served instead of those."""
    folder = Path("specs")
    if specs_in(folder) and folder.resolve() != bundled("specs").resolve():
        yield "The contracts in specs/ of this folder are not served; to serve them: mockade serve ."
