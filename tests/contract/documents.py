"""Contracts written in a few words for the tests of this package, and their faults as users see them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from mockade.contract.contract import Contract
from mockade.contract.document import Node, Source
from mockade.contract.operations import Operation
from mockade.contract.violations import Violation
from mockade.errors import SetupError


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """The files, written; the first is the contract, whose path is returned."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / next(iter(files))


def contract_of(
    folder: Path,
    schemas: Mapping[str, Any] | None = None,
    *,
    version: str = "3.0.3",
    paths: Mapping[str, Any] | None = None,
    files: Mapping[str, str] | None = None,
    **root: Any,
) -> Contract:
    """A contract of these components and paths, with `files` beside it; JSON is YAML too."""
    document = {
        "openapi": version,
        "info": {"title": "T", "version": "1"},
        "paths": paths or {},
        "components": {"schemas": schemas or {}},
        **root,
    }
    return Contract.load(write(folder, {"x.yaml": json.dumps(document, indent=1), **(files or {})}))


def violations_of(
    folder: Path, schema: Any, value: Any, *, version: str = "3.0.3", **others: Any
) -> list[Violation]:
    """What `value` breaks of `schema`, which is the component S beside `others`."""
    compiled = contract_of(folder, {"S": schema, **others}, version=version).component("S")
    assert compiled is not None
    return compiled[0].violations(value, "body")


def rules(violations: list[Violation]) -> dict[str, str]:
    """The rule that was broken, by JSON pointer."""
    return {violation.pointer: violation.rule for violation in violations}


def schema_node(contract: Contract, name: str = "S") -> Node:
    node = contract.document.component("schemas", name)
    assert node is not None
    return node


def operation_of(contract: Contract) -> Operation:
    (operation,) = contract.operations
    return operation


def faults(act: Callable[[], Any]) -> list[str]:
    """Every fault that `act` raises, else those of the document or contract that it makes."""
    try:
        made = act()
    except SetupError as error:
        return [str(finding) for finding in error.findings]
    document = made.document if isinstance(made, Contract) else made
    return [str(finding) for finding in document.slips.findings]


def words_at(source: Source | None) -> str:
    """The rest of the line where the words stand, so that a test needs to count no lines."""
    assert source is not None
    place = source.place()
    return Path(place.file).read_text(encoding="utf-8").splitlines()[place.line - 1][place.column - 1 :]
