"""`mockade copy`: a bundled API in a home."""

from __future__ import annotations

from pathlib import Path

import pytest

from mockade.catalogue.answerers import handler_name
from mockade.catalogue.files import bundled, bundled_handlers, find_files
from mockade.catalogue.loading import load_apis
from tests.cli.commands import run


@pytest.mark.parametrize("name", sorted(find_files()))
def test_a_copied_api_works_from_its_home(name: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert run("copy", name, str(home)).exit_code == 0
    scripts = {path.name for path in bundled("fixtures").glob(f"{name}.play.*")}
    assert scripts <= {path.name for path in (home / "fixtures").iterdir()}
    copied = list((home / "apis").rglob("*.py"))
    assert copied
    assert not [path for path in copied if "mockade.apis" in path.read_text(encoding="utf-8")]
    (original,), (api,) = (load_apis(find_files(where, [name])).values() for where in (None, home))
    assert {one: answerer.kind for one, answerer in api.answerers.items()} == {
        one: answerer.kind for one, answerer in original.answerers.items()
    }
    functions = api.module.handlers.values()
    assert functions or all(one.kind == "generated" for one in api.answerers.values())
    assert all(Path(function.__code__.co_filename).is_relative_to(home) for function in functions)
    assert run("validate", str(home)).exit_code == 0


def test_a_copied_package_answers_with_its_own_modules(tmp_path: Path) -> None:
    package = next(folder for name in find_files() for folder in bundled_handlers(name) if folder.is_dir())
    homes = [tmp_path / "one", tmp_path / "two"]
    for number, home in enumerate(homes):
        assert run("copy", package.name, str(home)).exit_code == 0
        for module in (home / "apis" / package.name).glob("[a-z]*.py"):
            module.write_text(module.read_text(encoding="utf-8") + f"\nHOME = {number}\n", encoding="utf-8")
    for number, home in enumerate(homes):
        (api,) = load_apis(find_files(home)).values()
        operation = api.contract.operations[0]
        function = api.module.handlers[handler_name(operation)]
        assert function.__globals__["HOME"] == number


def test_copy_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "meshmap.yaml").write_text("mine", encoding="utf-8")
    result = run("copy", "meshmap", str(tmp_path))
    assert result.exit_code == 2
    assert "Nothing was copied; name another folder." in result.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [tmp_path / "specs" / "meshmap.yaml"]
