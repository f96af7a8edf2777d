"""Holds contracts, examples, fixtures and handlers against each other, and tells every fault at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from mockade import catalogue
from mockade.api import Api, load_api
from mockade.catalogue import Files
from mockade.contract.document import Document, Node, shown_path
from mockade.contract.operations import Contract
from mockade.errors import Finding, Place, SetupError
from mockade.switchboard import Switchboard


class Target(NamedTuple):
    """A contract to validate with its files; `alone` when there is nothing yet that could disagree with it."""

    files: Files
    alone: bool = False


class Unreadable(Exception):
    """A path that cannot be validated at all; `findings` say why."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(str(findings[0]))
        self.findings = findings


def validate(paths: Sequence[Path]) -> tuple[list[Finding], int]:
    """Every finding in the contracts at `paths` and what belongs to them, and how many contracts were read.

    A path is a contract, a home, or a folder of contracts; none means the bundled ones. Raises Unreadable.
    """
    targets: dict[Path, Target] = {}
    for path in paths:
        targets |= {target.files.spec: target for target in _targets(path)}
    if not paths:
        targets = {files.spec: Target(files) for files in catalogue.find().values()}
    findings: list[Finding] = []
    apis: dict[str, Api] = {}
    for files, alone in targets.values():
        document = _read(files.spec)
        findings += _openapi(document)
        try:
            contract = Contract(document)
            findings += _missing_ids(contract)
            findings += _examples(contract)
        except SetupError as error:
            findings += error.findings
            continue
        try:
            if alone:
                continue
            apis[document.stem] = load_api(
                files.spec, files.fixture, catalogue.handlers(document.stem, files)
            )
        except SetupError as error:
            findings += error.findings
    try:
        Switchboard(apis)
    except SetupError as error:
        findings += error.findings
    unique = dict.fromkeys(findings)
    return sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column)), len(targets)


def _targets(path: Path) -> list[Target]:
    """The contracts that a path means, each with what belongs to it."""
    shown = Place(shown_path(path))
    if not path.exists():
        raise Unreadable([Finding(shown, "There is no such file or folder.", rule="read")])
    if path.is_dir():
        if any((path / kind).is_dir() for kind in ("specs", "fixtures")):
            return [Target(files) for files in catalogue.find(path).values()]
        found = [Target(Files(spec, None, None), alone=True) for spec in catalogue.specs_in(path).values()]
        if not found:
            raise Unreadable([Finding(shown, "There is no contract in this folder.", rule="read")])
        return found
    if path.parent.name in ("specs", "fixtures"):
        files = catalogue.find(path.parent.parent, [path.stem])[path.stem]
        return [Target(files, alone=files.fixture is None and files.handlers is None)]
    return [Target(Files(path, None, None), alone=True)]


def _read(spec: Path) -> Document:
    try:
        return Document(spec)
    except SetupError as error:
        raise Unreadable(error.findings) from None


def _openapi(document: Document) -> Iterator[Finding]:
    """What the OpenAPI standard itself has against the document."""
    data = document.files[document.uri]
    version = str(data.get("openapi", ""))
    if not version.startswith(("3.0", "3.1")):
        return
    kind = OpenAPIV30SpecValidator if version.startswith("3.0") else OpenAPIV31SpecValidator
    base = document.path.absolute().as_uri()
    try:
        for error in kind(data, base_uri=base).iter_errors():
            pointer = tuple(getattr(error, "absolute_path", ()))
            place = document.place(document.uri, pointer)
            deepest = _deepest(error)
            yield Finding(place, f"OpenAPI: {deepest}", rule="openapi")
    except Exception as error:  # the validator raises whatever its walk over a broken document meets
        yield Finding(
            document.place(document.uri, ()), f"OpenAPI: {type(error).__name__}: {error}", rule="openapi"
        )


def _deepest(error: Any) -> str:
    """The most telling message of an error with alternatives: the one furthest in."""
    context = list(getattr(error, "context", None) or ())
    if context:
        return _deepest(max(context, key=lambda one: len(one.absolute_path)))
    message = str(getattr(error, "message", error))
    return message if len(message) <= 200 else f"{message[:199]}…"


def _missing_ids(contract: Contract) -> Iterator[Finding]:
    for operation in contract.operations:
        node = operation.source
        if "operationId" not in contract.document.value_at(node):
            message = f"{operation.method} {operation.path} has no operationId."
            mend = f"Without one it is called {operation.id}."
            yield Finding(node.place(), message, mend, "operationId")


def _examples(contract: Contract) -> Iterator[Finding]:
    """Examples that do not fit their schemas: of bodies, parameters, headers, and of the schemas themselves."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            for example in parameter.examples:
                if parameter.check is not None:
                    yield from _held(example, parameter.check.violations(example.value, "response"))
        bodies = list(operation.body.contents.values()) if operation.body else []
        for response in operation.responses.values():
            bodies += response.contents.values()
        for content in bodies:
            for example in content.examples.values():
                if content.check is not None:
                    yield from _held(example, content.check.violations(example.value, "response"))
    schemas = contract.document.root.get("components", "schemas")
    for _, schema in schemas.items() if schemas else ():
        yield from _within(contract, schema, set())


def _within(contract: Contract, schema: Node, seen: set[str]) -> Iterator[Finding]:
    """Examples and defaults of a schema and of those inside it."""
    if schema.source.ref in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema.source.ref)
    given = [("example", schema.source.child("example"))] if "example" in schema.value else []
    given += [("default", schema.source.child("default"))] if "default" in schema.value else []
    for keyword, source in given:
        check = contract.schemas.check(schema)
        yield from _held(
            Node(source, schema.value[keyword]), check.violations(schema.value[keyword], "response")
        )
    for keyword in ("properties", "items", "additionalProperties", "allOf", "oneOf", "anyOf"):
        below = schema.get(keyword)
        if below is None:
            continue
        if keyword == "properties":
            members = [node for _, node in below.items()]
        elif keyword in ("items", "additionalProperties"):
            members = [below]
        else:
            members = list(below.list())
        for member in members:
            yield from _within(contract, member, seen)


def _held(example: Node, violations: Sequence[Any]) -> Iterator[Finding]:
    for violation in violations:
        inside = example.source.child(*violation.path)
        at = violation.pointer or "/"
        message = f"This example does not fit its schema: {at}: {violation.message}"
        yield Finding(inside.place(), message, f"The schema says so at {violation.place}.", "example")


def code_frame(finding: Finding) -> Iterator[str]:
    """The line a finding is about with its neighbours, and a mark under the place; nothing when it has no line."""
    place = finding.place
    if not place.line:
        return
    try:
        lines = Path(place.file).read_text(encoding="utf-8-sig").splitlines()
    except OSError:
        return
    first = max(1, place.line - 1)
    for number in range(first, min(len(lines), place.line + 1) + 1):
        mark = ">" if number == place.line else " "
        yield f"{mark} {number:5} | {lines[number - 1]}"
        if number == place.line and place.column:
            yield f"        | {' ' * (place.column - 1)}^"
