"""Imports between packages, counted from the syntax tree: few, one way, and a new file edits no list."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mockade"

FRAMEWORK = frozenset({"connexion", "starlette", "uvicorn"})
RIM = frozenset({"app", "middleware", "server", "background", "testing"})
"""The packages and modules that may import the framework."""

MOST_ARROWS = 194
MOST_FLOORS = 13
MOST_PACKAGES = 24
MOST_MODULES = 13


@cache
def top_level() -> frozenset[str]:
    """The packages and modules of the top level."""
    modules = {path.stem for path in SOURCE.glob("*.py")} - {"__init__"}
    return frozenset(modules | {path.parent.name for path in SOURCE.glob("*/__init__.py")})


def imported(file: Path) -> set[str]:
    """What a file imports, wherever in it that stands, by full names."""
    package = ("mockade", *file.relative_to(SOURCE).parent.parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            source = ".".join(part for part in (above, node.module) if part)
            found |= {f"{source}.{alias.name}" for alias in node.names} | {source}
    return found


def imported_of_ours(file: Path) -> set[str]:
    return {name for name in imported(file) if name.startswith("mockade.")}


@cache
def arrows() -> frozenset[tuple[str, str]]:
    """Who at the top imports whom."""
    found = set()
    for file in SOURCE.rglob("*.py"):
        here = file.relative_to(SOURCE).parts[0].removesuffix(".py")
        if here != "__init__":
            found |= {(here, name.split(".")[1]) for name in imported_of_ours(file)}
    return frozenset((here, there) for here, there in found if here != there and there in top_level())


def floor(name: str, above: tuple[str, ...] = ()) -> int:
    """How many steps the longest chain of arrows from a module or package down has, itself included."""
    assert name not in above, f"a cycle: {' > '.join((*above, name))}"
    below = [there for here, there in arrows() if here == name]
    return 1 + max((floor(there, (*above, name)) for there in below), default=0)


def test_the_top_level_is_a_page_to_read() -> None:
    packages = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    assert len(packages) <= MOST_PACKAGES, sorted(packages)
    assert len(list(SOURCE.glob("*.py"))) <= MOST_MODULES


def test_there_are_few_arrows() -> None:
    assert len(arrows()) <= MOST_ARROWS


def test_there_are_few_floors_and_no_cycle() -> None:
    assert max(floor(name) for name in top_level()) <= MOST_FLOORS


def test_an_api_module_imports_handling_outbox_and_dialects_alone() -> None:
    for file in (SOURCE / "apis").rglob("*.py"):
        strange = {
            name
            for name in imported_of_ours(file)
            if name.split(".")[1] not in {"apis", "handling", "outbox", "dialects"}
        }
        assert not strange, f"{file.relative_to(SOURCE)} imports {sorted(strange)}"


def test_the_framework_stays_at_the_rim() -> None:
    """Whatever is not named here, a new package too, may not import it."""
    for file in SOURCE.rglob("*.py"):
        if file.relative_to(SOURCE).parts[0].removesuffix(".py") not in RIM:
            strange = {name for name in imported(file) if name.partition(".")[0] in FRAMEWORK}
            assert not strange, f"{file.relative_to(SOURCE)} imports {sorted(strange)}"


def test_a_new_file_in_a_package_edits_no_list(tmp_path: Path) -> None:
    """With one module more in each package the contracts of the linter hold as they stand."""
    shutil.copytree(SOURCE, tmp_path / "src" / "mockade", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    for package in (tmp_path / "src" / "mockade").glob("*/__init__.py"):
        if package.parent.name != "apis":  # there a file is an API, which may not know the framework
            new = package.parent / "brand_new.py"
            new.write_text('"""New."""\n\nfrom mockade import __version__\n', encoding="utf-8")
    code = (
        "import sys; sys.path.insert(0, 'src'); "
        "from importlinter.cli import lint_imports_command as run; run()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 broken" in done.stdout
    (tmp_path / "src" / "mockade" / "state" / "brand_new.py").write_text("import mockade.worlds.world\n")
    upward = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert "mockade.state is not allowed to import mockade.worlds" in " ".join(upward.stdout.split())
