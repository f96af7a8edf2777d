"""Schemas that an earlier start found sound are not compiled to be checked again; all others are."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import Any

import pytest

from mockade.contract import backtracking, formats, kept_files, pattern_cost, schemas, sound_schemas
from mockade.contract.contract import Contract
from tests.contracts import contract, crud

MANY = {f"Thing{at}": {"type": "object", "properties": {"size": {"type": "integer"}}} for at in range(100)}
"""So many that it is worth remembering that they are sound."""


class Compiled:
    """How often a schema was compiled."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.times = 0
        compile = schemas._compiled

        def counted(*arguments: Any) -> Any:
            self.times += 1
            return compile(*arguments)

        monkeypatch.setattr(schemas, "_compiled", counted)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(kept_files.SWITCH, str(tmp_path / "kept"))
    return tmp_path / "kept"


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> Compiled:
    return Compiled(monkeypatch)


def load(tmp_path: Path, **changed: Any) -> Contract:
    file = tmp_path / "things.yaml"
    file.write_text(contract(crud("/widgets"), {**MANY, **changed}), encoding="utf-8")
    return Contract.load(file)


@pytest.mark.usefixtures("folder")
def test_what_was_found_sound_is_compiled_when_it_is_asked_for(tmp_path: Path, compiled: Compiled) -> None:
    load(tmp_path)
    assert compiled.times > 0
    compiled.times = 0
    known = load(tmp_path)
    assert compiled.times == 0
    thing = known.component("Thing7")
    assert thing is not None
    assert [thing[0].is_valid({"size": size}) for size in (1, "1")] == [True, False]


@pytest.mark.usefixtures("folder")
def test_a_schema_that_changed_is_checked_and_told_at_each_start(tmp_path: Path) -> None:
    assert load(tmp_path).findings == []
    for _ in range(2):
        (found,) = load(tmp_path, Thing7={"type": "object", "minProperties": "two"}).findings
        assert "This is not a sound schema" in found.message
    assert load(tmp_path).findings == []


def test_another_compiler_checks_anew(
    folder: Path, tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path)
    kept = len(list(folder.iterdir()))
    compiled.times = 0
    monkeypatch.setattr(sound_schemas, "_compiler", lambda: b"another")
    load(tmp_path)
    assert compiled.times > 0
    assert len(list(folder.iterdir())) == kept + 1


@pytest.mark.parametrize(
    "makes",
    [schemas._compiled, next(iter(formats.TEXT_FORMATS.values())), backtracking.keywords, pattern_cost],
)
def test_other_code_that_compiles_is_another_compiler(monkeypatch: pytest.MonkeyPatch, makes: Any) -> None:
    code = Path(inspect.getfile(makes))
    read = Path.read_bytes
    before = sound_schemas._compiler.__wrapped__()
    assert sound_schemas._compiler.__wrapped__() == before
    monkeypatch.setattr(Path, "read_bytes", lambda file: read(file) + b"\n" * (file == code))
    assert sound_schemas._compiler.__wrapped__() != before


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("content", [b"", b"{", b"false"])
def test_a_file_that_was_spoilt_is_not_believed(folder: Path, tmp_path: Path, content: bytes) -> None:
    load(tmp_path)
    for file in folder.iterdir():
        file.write_bytes(content)
    (found,) = load(tmp_path, Thing7={"type": "object", "minProperties": "two"}).findings
    assert "This is not a sound schema" in found.message


def test_nothing_is_kept_where_that_is_turned_off(
    tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(kept_files.SWITCH, "off")
    for _ in range(2):
        compiled.times = 0
        load(tmp_path)
        assert compiled.times > 0
