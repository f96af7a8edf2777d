"""Holds contracts, examples, fixtures and handlers against each other, and tells every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from mockade.catalogue.api import Api, load_api
from mockade.catalogue.files import SPEC_ENDINGS, Files, find_files, specs_in
from mockade.catalogue.loading import load_handlers
from mockade.catalogue.router import Router
from mockade.contract.contract import Contract
from mockade.contract.document import Document, Node, Source
from mockade.contract.operations import Content
from mockade.contract.validators import Validator
from mockade.contract.violations import Violation
from mockade.errors import Finding, Place, SetupError, shown_path
from mockade.validation.report import Report
from mockade.validation.standard import listed, members, openapi_findings, outermost_schemas

KINDS = ("specs", "fixtures", "apis")


class Target(NamedTuple):
    """A contract to validate with its files; `alone` when there is nothing that could disagree with it."""

    files: Files
    alone: bool = False


def validate(paths: Sequence[Path]) -> Report:
    """Everything that is wrong with the contracts at `paths`, and with what belongs to them.

    A path is a contract, a home, a file of a home, or a folder of contracts; none means the bundled ones.
    """
    report = Report()
    seen: set[Path] = set()
    groups: list[Callable[[], list[Target]]] = [partial(_targets, path) for path in paths]
    for group in groups or [_bundled]:
        try:
            targets = group()
        except SetupError as error:
            report.findings += error.findings
            continue
        new = [target for target in targets if target.files.spec.resolve() not in seen]
        seen |= {target.files.spec.resolve() for target in new}
        apis: dict[str, Api] = {}
        for target in new:
            report.contracts += 1
            report.findings += _findings(target, apis)
        report.findings += _clashes(apis)
        report.unanswered += [
            f"{stem}.{operation}"
            for stem, api in apis.items()
            for operation, answerer in api.answerers.items()
            if answerer.kind == "stub"
        ]
    unique = dict.fromkeys(report.findings)
    report.findings = sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column))
    return report


def _bundled() -> list[Target]:
    return [Target(files) for files in find_files().values()]


def _targets(path: Path) -> list[Target]:
    """The contracts that a path means, each with what belongs to it."""
    shown = Place(shown_path(path))
    if not path.exists():
        raise SetupError([Finding(shown, "There is no such file or folder.", rule="read")])
    if path.is_dir():
        if any((path / kind).is_dir() for kind in KINDS):
            return [Target(files) for files in find_files(path).values()]
        found = [Target(Files(spec, None, None), alone=True) for spec in specs_in(path).values()]
        if not found:
            raise SetupError([Finding(shown, "There is no contract in this folder.", rule="read")])
        return found
    folder = next((parent for parent in path.absolute().parents if parent.name in KINDS), None)
    if folder is not None and (folder.name == "apis" or folder == path.absolute().parent):
        stem = path.stem if folder == path.absolute().parent else path.absolute().relative_to(folder).parts[0]
        files = find_files(folder.parent, [stem])[stem]
        return [Target(files, alone=files.fixture is None and files.handlers is None)]
    if path.suffix not in SPEC_ENDINGS:
        raise SetupError(
            [Finding(shown, "This is no contract.", "Contracts end in .yaml, .yml or .json.", "read")]
        )
    return [Target(Files(path, None, None), alone=True)]


def _findings(target: Target, apis: dict[str, Api]) -> Iterator[Finding]:
    """Everything about one contract; adds its API to `apis` when it could be put together."""
    files = target.files
    try:
        document = Document(files.spec)
    except SetupError as error:
        yield from error.findings
        return
    version = document.root.value.get("openapi")
    if not str(version).startswith(("3.0", "3.1")):
        yield from _not_yet(document)
        return
    try:
        sound = list(openapi_findings(document, str(version)))
    except SetupError as error:
        sound = error.findings
    yield from sound
    try:
        contract = Contract(document)
        yield from _missing_ids(contract)
        yield from _examples(contract)
    except SetupError as error:
        # What the standard has said about a place needs no second word.
        told = {finding.place for finding in sound}
        yield from (finding for finding in error.findings if finding.place not in told)
        return
    if target.alone:
        return
    try:
        apis[document.stem] = load_api(files.spec, files.fixture, load_handlers(document.stem, files))
    except SetupError as error:
        yield from error.findings


def _not_yet(document: Document) -> Iterator[Finding]:
    """Why a document of another version, or of none, is not read."""
    try:
        Contract(document)
    except SetupError as error:
        for finding in error.findings:
            yield Finding(finding.place, finding.message, finding.mend, "version")


def _clashes(apis: Mapping[str, Api]) -> Sequence[Finding]:
    try:
        Router(apis)
    except SetupError as error:
        return error.findings
    return ()


def _missing_ids(contract: Contract) -> Iterator[Finding]:
    for operation in contract.operations:
        if "operationId" not in contract.document.value_at(operation.source):
            message = f"{operation.method} {operation.path} has no operationId."
            mend = f"Without one it is called {operation.id}."
            yield Finding(operation.source.place(), message, mend, "operationId")


def _examples(contract: Contract) -> Iterator[Finding]:
    """Examples that do not fit their schemas: of bodies, parameters, headers, and of schemas themselves."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.validator is not None:
                yield from _all_held(parameter.examples, parameter.validator)
        if operation.body is not None:
            yield from _examples_of(operation.body.contents)
        for response in operation.responses.values():
            yield from _examples_of(response.contents)
            for header in response.headers.values():
                if header.validator is not None:
                    node = Node.at(header.source, contract.document.value_at(header.source))
                    yield from _all_held(_own_examples(node), header.validator)
    seen: set[Source] = set()
    for source, value in outermost_schemas(contract.document):
        yield from _within(contract, contract.document.follow(Node.at(source, value)), seen)


def _examples_of(contents: Mapping[str, Content]) -> Iterator[Finding]:
    for content in contents.values():
        if content.validator is not None:
            yield from _all_held(content.examples.values(), content.validator)


def _own_examples(node: Node) -> Iterator[Node]:
    """The examples that stand beside a schema: one under `example`, or named ones under `examples`."""
    if "example" in node.value:
        yield Node.at(node.source.child("example"), node.value["example"])
    for _, example in members(node.get("examples")):
        if isinstance(example.value, dict) and "value" in example.value:
            yield Node.at(example.source.child("value"), example.value["value"])


def _all_held(examples: Iterable[Node], validator: Validator) -> Iterator[Finding]:
    for example in examples:
        yield from _held(example, validator.violations(example.value, "response"))


def _within(contract: Contract, schema: Node, seen: set[Source]) -> Iterator[Finding]:
    """Examples and defaults of a schema and of those inside it."""
    if schema.source in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema.source)
    for word, example in _given(schema):
        violations = contract.schemas.validator(schema).violations(example.value, "response")
        # Where requests and answers differ, it may be an example of either.
        if violations and not contract.schemas.validator(schema, "request").is_valid(example.value):
            yield from _held(example, violations, word)
    for keyword in ("properties", "patternProperties"):
        for _, below in members(schema.get(keyword)):
            yield from _within(contract, below, seen)
    for keyword in ("items", "additionalProperties", "not"):
        below_it = schema.get(keyword)
        if below_it is not None:
            yield from _within(contract, below_it, seen)
    for keyword in ("allOf", "oneOf", "anyOf", "prefixItems"):
        for below in listed(schema.get(keyword)):
            yield from _within(contract, below, seen)


def _given(schema: Node) -> Iterator[tuple[str, Node]]:
    """The values that a schema itself gives, and what each of them is."""
    for word in ("example", "default"):
        if word in schema.value:
            yield word, Node.at(schema.source.child(word), schema.value[word])
    examples = schema.value.get("examples")
    if isinstance(examples, list):
        for at, value in enumerate(examples):
            yield "example", Node.at(schema.source.child("examples", at), value)


def _held(example: Node, violations: Iterable[Violation], word: str = "example") -> Iterator[Finding]:
    for violation in violations:
        inside = example.source.child(*violation.path)
        at = f"{violation.pointer}: " if violation.pointer else ""
        message = f"This {word} does not fit its schema: {at}{violation.message}"
        mend = f"The schema says so at {violation.place}." if violation.place else ""
        yield Finding(inside.place(), message, mend, "example")
