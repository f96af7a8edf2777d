"""Which module may import what is held by import-linter; that its lists name every module is held here."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = PROJECT["tool"]["importlinter"]["contracts"]
MODULES = {
    path.stem
    for path in (ROOT / "src" / "mockade").iterdir()
    if (path.suffix == ".py" and path.stem != "__init__") or (path / "__init__.py").is_file()
}
RIM_AND_FACES = {
    "__main__", "answer", "app", "arrival", "bodies", "cli", "connection", "copying", "cors",
    "delivery", "documented",
    "driving", "executing", "following", "guard", "hosting", "intake", "introduction", "listing", "log",
    "misbehaviour", "options", "pages", "persistence", "preference", "preferred", "problems",
    "provenance", "provision", "pytest_plugin", "recorder", "reloading", "report", "routing", "security",
    "sending",
    "server", "serving", "standard", "statefile", "tables", "testing", "upkeep", "validation", "visit",
    "watching",
}  # fmt: skip
"""What may import the framework, or stands above what does."""


def named(contract: str, field: str) -> set[str]:
    (found,) = [one for one in CONTRACTS if one["name"] == contract]
    return {name.removeprefix("mockade.") for name in found[field]}


def test_every_module_has_a_floor() -> None:
    (layers,) = [one["layers"] for one in CONTRACTS if one["type"] == "layers"]
    floors = [name for layer in layers for name in layer.split(" | ")]
    assert sorted(floors) == sorted(MODULES)


def test_an_api_module_may_import_handling_outbox_and_dialects_alone() -> None:
    forbidden = named("API modules know handling, outbox and dialects, nothing else", "forbidden_modules")
    assert MODULES - forbidden == {"apis", "dialects", "handling", "outbox"}


def test_whatever_is_not_the_rim_or_a_face_may_not_import_the_framework() -> None:
    assert (
        MODULES - named("Only the rim and the faces import the framework", "source_modules") == RIM_AND_FACES
    )
