"""docs/architecture.md says what is there, tests mirror the packages, and files and functions stay short."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "mockade"
TESTS = ROOT / "tests"
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")

LONGEST_FILE = 300
LONGEST_FUNCTION = 50
LONG = {
    "contract/translation.py:translated": "Closures over one file's data: arguments would cost each start.",
    "contract/yaml_reader.py:steps": "One loop over the parser's events, the hottest of a start.",
}
"""Files and functions (`file:function`) of the engine that are longer, each with its reason."""


@cache
def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def packages() -> Iterator[Path]:
    return (file.parent for file in SOURCE.glob("*/__init__.py"))


def section(heading: str) -> str:
    """A section of the page, from its heading to the next."""
    return PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]


def test_the_table_of_packages_has_their_docstrings() -> None:
    table = dict(re.findall(r"^\| `(\w+)/` \| (.+) \|$", section("Packages"), re.MULTILINE))
    docstrings = {
        package.name: (ast.get_docstring(parsed(package / "__init__.py")) or "").partition("\n")[0]
        for package in packages()
    }
    assert table == docstrings, "Add it to docs/architecture.md, with the first line of its docstring."


def test_every_module_of_the_top_level_is_named() -> None:
    text = section("Packages")
    modules = {file.name for file in SOURCE.glob("*.py")} - {"__init__.py"}
    unnamed = {name for name in modules if f"`{name}`" not in text}
    assert unnamed == set(), "Add it to docs/architecture.md."


def test_the_life_of_a_request_is_the_list_in_app() -> None:
    calls = [node for node in ast.walk(parsed(SOURCE / "app.py")) if isinstance(node, ast.Call)]
    (made,) = [one for one in calls if getattr(one.func, "id", "") == "ConnexionMiddleware"]
    (listed,) = [keyword.value for keyword in made.keywords if keyword.arg == "middlewares"]
    assert isinstance(listed, ast.List)
    always = [one for one in listed.elts if not isinstance(one, ast.Starred)]  # as with a store
    middleware = [one.args[0] if isinstance(one, ast.Call) else one for one in always]
    innermost = made.args[0]
    assert isinstance(innermost, ast.Call)
    names = [getattr(one, "id", "") for one in [*middleware, innermost.func]]
    listed_on_page = re.findall(r"^\d+\. `(\w+)` ", section("The life of a request"), re.MULTILINE)
    assert listed_on_page == names, "Add it to docs/architecture.md, in the order of the list in app.py."


def test_every_path_that_the_page_names_is_there() -> None:
    named = set(re.findall(r"`((?:[\w.]+/)+[\w.]*|\w+\.py)`", PAGE))
    assert len(named) > 30
    bases = (SOURCE, ROOT, SOURCE / "apis" / "rallyhere")
    assert {path for path in named if not any((base / path).exists() for base in bases)} == set()


def test_there_is_a_way_in_for_ten_likely_changes() -> None:
    assert (
        len(re.findall(r"^\| (?!…|-).+ \| .*`.+`.* \|$", section("I want to change …"), re.MULTILINE)) >= 10
    )


@pytest.mark.parametrize("page", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_the_readme_links_to_the_page(page: str) -> None:
    assert f"]({page})" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_make_target_is_told_to_who_contributes() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (phony,) = re.findall(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert {target for target in phony.split() if f"`make {target}" not in text} == set()


def mirrored() -> list[str]:
    """Every module of the packages, but the vendors' own, as `package/file.py` or `package/part/file.py`."""
    files = [file for package in packages() if package.name != "apis" for file in package.rglob("*.py")]
    return sorted(
        str(file.relative_to(SOURCE))
        for file in files
        if file.name != "__init__.py" or does_more_than_import(file)
    )


def does_more_than_import(package: Path) -> bool:
    """Whether an `__init__.py` holds code beside its docstring, its imports and `__all__`."""
    passed = ast.Import | ast.ImportFrom | ast.Expr
    return any(
        not isinstance(one, passed) and not (isinstance(one, ast.Assign) and "__all__" in ast.unparse(one))
        for one in parsed(package).body
    )


def is_tested(module: str) -> bool:
    """By its own test module, or one of its package (the top one too) or of the vendors' that names it."""
    path = TESTS / module
    if path.with_name(f"test_{path.name}").exists():
        return True
    package = TESTS / module.partition("/")[0]
    files = [*package.rglob("test_*.py"), *(TESTS / "apis").glob("test_*.py")]
    docstrings = (ast.get_docstring(parsed(file)) or "" for file in files)
    return any(f"`{module}`" in docstring for docstring in docstrings)


def test_every_module_has_its_test_module_or_is_named_by_the_one_that_holds_it() -> None:
    untested = [module for module in mirrored() if not is_tested(module)]
    advice = [
        f"write tests/{path.parent}/test_{path.name}, or name `{path}` in the docstring of a test there"
        for path in map(Path, untested)
    ]
    assert untested == [], "\n".join(advice)


def test_no_test_module_names_what_is_not_there() -> None:
    for file in TESTS.rglob("test_*.py"):
        for module in re.findall(r"`((?!tests/)(?:\w+/)+\w+\.py)`", ast.get_docstring(parsed(file)) or ""):
            assert (SOURCE / module).exists(), f"{file.relative_to(ROOT)} names {module}"


def too_long() -> Iterator[str]:
    for file in SOURCE.rglob("*.py"):
        name = str(file.relative_to(SOURCE))
        if len(file.read_text(encoding="utf-8").splitlines()) >= LONGEST_FILE:
            yield name
        for node in ast.walk(parsed(file)):
            is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
            if is_function and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION:
                yield f"{name}:{node.name}"


def test_files_and_functions_are_short_or_listed_with_a_reason() -> None:
    assert set(too_long()) == set(LONG)


POSIX_MODULES = {"fcntl", "grp", "pty", "pwd", "resource", "termios", "tty"}
POSIX_NAMES = {
    "os": {"fork", "geteuid", "getuid", "killpg", "memfd_create", "O_NOCTTY"},
    "signal": {"ITIMER_REAL", "setitimer"}
    | {f"SIG{name}" for name in ("ALRM", "CHLD", "CONT", "HUP", "KILL", "QUIT", "STOP", "USR1", "USR2")},
    "socket": {"AF_UNIX", "SO_REUSEPORT"},
}
"""What Windows lacks."""

OF_WORKERS = "src/mockade/cli/shared_files.py"
"""Imported for `--workers` alone, which Windows has not."""


def at_import(nodes: list[ast.AST]) -> Iterator[ast.AST]:
    """What is run when a module is imported, on whichever system."""
    for node in nodes:
        yield node
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from at_import([*node.decorator_list, node.args])
        elif not isinstance(node, ast.Lambda | ast.If | ast.IfExp | ast.BoolOp | ast.Try):
            yield from at_import(list(ast.iter_child_nodes(node)))


def of_posix(node: ast.AST) -> set[str]:
    """The names in it that Windows lacks."""
    if isinstance(node, ast.Import):
        return {one.name for one in node.names} & POSIX_MODULES
    if isinstance(node, ast.ImportFrom):
        module = node.module or ""
        names = {one.name for one in node.names} & POSIX_NAMES.get(module, set())
        return names | ({module} & POSIX_MODULES)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return {node.attr} & POSIX_NAMES.get(node.value.id, set())
    return set()


def test_what_windows_lacks_is_asked_for_where_it_is_used_and_not_at_import() -> None:
    found = {
        f"{file.relative_to(ROOT).as_posix()}: {name}"
        for folder in (SOURCE, TESTS)
        for file in folder.rglob("*.py")
        for node in at_import([parsed(file)])
        for name in of_posix(node)
    }
    assert found == {f"{OF_WORKERS}: fcntl"}
