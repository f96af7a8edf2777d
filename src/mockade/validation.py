"""Holds contracts, examples, fixtures and handlers against each other, and tells every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

import click
import jsonschema_rs
from openapi_spec_validator.schemas import schema_v30, schema_v31

from mockade import catalogue
from mockade.api import Api, load_api
from mockade.catalogue import SPEC_ENDINGS, Files
from mockade.contract.checks import Check
from mockade.contract.document import Document, Node, Source, shown_path
from mockade.contract.operations import METHODS, Content, Contract
from mockade.contract.violations import Violation
from mockade.errors import Finding, Place, SetupError
from mockade.switchboard import Switchboard

UNREADABLE = frozenset({"read", "syntax", "version"})
"""Rules of findings about files that could not be read at all."""

DRAFT = "https://json-schema.org/draft/2020-12/schema"

KINDS = ("specs", "fixtures", "apis")


class Target(NamedTuple):
    """A contract to validate with its files; `alone` when there is nothing that could disagree with it."""

    files: Files
    alone: bool = False


@dataclass(slots=True)
class Report:
    """What was found, and in how many contracts."""

    contracts: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code: 2 when something could not be read, 1 when something does not agree, else 0."""
        if any(finding.rule in UNREADABLE for finding in self.findings):
            return 2
        return 1 if self.findings else 0

    def as_data(self) -> dict[str, Any]:
        """The report as `--format json` prints it."""
        rows = [
            {
                "file": one.place.file,
                "line": one.place.line,
                "column": one.place.column,
                "rule": one.rule,
                "message": one.message,
                "mend": one.mend,
            }
            for one in self.findings
        ]
        return {"contracts": self.contracts, "findings": rows}


def lines(report: Report) -> Iterator[str]:
    """The report as text: each finding with the lines that it is about, then the sum."""
    for one in report.findings:
        rule = click.style(one.rule, fg="red")
        yield f"{click.style(str(one.place), bold=True)}: {one.message} [{rule}]"
        for line in code_frame(one):
            yield f"    {line}"
        if one.mend:
            yield f"    {one.mend}"
        yield ""
    contracts = f"{report.contracts} contract{'s' * (report.contracts != 1)}"
    count = len(report.findings)
    if count:
        yield f"{count} finding{'s' * (count != 1)}" + (f" in {contracts}." if report.contracts else ".")
    elif report.contracts == 1:
        yield "1 contract agrees with its examples, fixtures and handlers."
    else:
        yield f"{contracts} agree with their examples, fixtures and handlers."


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
    unique = dict.fromkeys(report.findings)
    report.findings = sorted(unique, key=lambda one: (one.place.file, one.place.line, one.place.column))
    return report


def _bundled() -> list[Target]:
    return [Target(files) for files in catalogue.find().values()]


def _targets(path: Path) -> list[Target]:
    """The contracts that a path means, each with what belongs to it."""
    shown = Place(shown_path(path))
    if not path.exists():
        raise SetupError([Finding(shown, "There is no such file or folder.", rule="read")])
    if path.is_dir():
        if any((path / kind).is_dir() for kind in KINDS):
            return [Target(files) for files in catalogue.find(path).values()]
        found = [Target(Files(spec, None, None), alone=True) for spec in catalogue.specs_in(path).values()]
        if not found:
            raise SetupError([Finding(shown, "There is no contract in this folder.", rule="read")])
        return found
    folder = next((parent for parent in path.absolute().parents if parent.name in KINDS), None)
    if folder is not None and (folder.name == "apis" or folder == path.absolute().parent):
        stem = path.stem if folder == path.absolute().parent else path.absolute().relative_to(folder).parts[0]
        files = catalogue.find(folder.parent, [stem])[stem]
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
    sound = list(_openapi(document, str(version)))
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
        apis[document.stem] = load_api(files.spec, files.fixture, catalogue.handlers(document.stem, files))
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
        Switchboard(apis)
    except SetupError as error:
        return error.findings
    return ()


def _openapi(document: Document, version: str) -> Iterator[Finding]:
    """What the OpenAPI standard itself has against the document."""
    standard = _without_references(dict(schema_v30 if version.startswith("3.0") else schema_v31))
    check = Check(document, document.root.source, jsonschema_rs.validator_for(standard, offline=True))
    told: dict[tuple[Place, str], Finding] = {}
    for violation in check.violations(_spelt_out(document.root, "plain", set()), "response"):
        place = _node_at(document, violation.path).place()
        message = violation.message.removesuffix(" There are none.")  # the standard's keys are not looked up
        finding = Finding(place, f"{_trail(violation.path)}: {message}", rule="openapi")
        told.setdefault((place, message), finding)  # a part that is used twice is wrong once
    yield from told.values()
    if version.startswith("3.1"):
        yield from _schema_words(document)
    yield from _doubles(document)


def _without_references(standard: Any) -> Any:
    """The standard's schema without the choice between a thing and a reference to it.

    The document is given to it with its references spelt out, and a choice would only blur what is said of
    a thing that is not sound.
    """
    if isinstance(standard, list):
        return [_without_references(item) for item in standard]
    if not isinstance(standard, dict):
        return standard
    copy = {key: _without_references(member) for key, member in standard.items()}
    things = [one for one in copy.get("oneOf", ()) if one != {"$ref": "#/definitions/Reference"}]
    if 0 < len(things) < len(copy.get("oneOf", ())):
        del copy["oneOf"]
        copy |= things[0] if len(things) == 1 else {"oneOf": things}
    return copy


Kind = Literal["plain", "schema", "map", "data"]
"""What a value of a document is: a part of OpenAPI, a schema, schemas by name, or data for itself."""


def _kind(above: Kind, key: str, pointer: tuple[str | int, ...]) -> Kind:
    """What stands under `key` of a value of kind `above`."""
    if above == "map":
        return "schema"
    if key.startswith("x-"):
        return "data"
    if above == "schema":
        if key in ("example", "examples", "default", "enum", "const"):
            return "data"
        return "map" if key in ("properties", "patternProperties", "dependentSchemas", "$defs") else "schema"
    if pointer == ("components", "schemas"):
        return "map"
    return "schema" if key == "schema" else "data" if key in ("example", "value") else "plain"


def _spelt_out(node: Node, kind: Kind, done: set[str], above: tuple[str, ...] = ()) -> Any:
    """A node's value with what its references mean in their places, whichever file that is in.

    Among schemas, which may contain themselves, each is spelt out once (`done`) and is `{}` elsewhere.
    """
    if kind == "data":
        return node.value
    if isinstance(node.value, list):
        return [_spelt_member(node, at, kind, done, above) for at in range(len(node.value))]
    if not isinstance(node.value, dict):
        return node.value
    return {
        key: _spelt_member(node, key, _kind(kind, key, (*node.source.pointer, key)), done, above)
        for key in node.value
    }


def _spelt_member(node: Node, step: str | int, kind: Kind, done: set[str], above: tuple[str, ...]) -> Any:
    member = Node(node.source.child(step), node.value[step])
    is_reference = isinstance(member.value, dict) and isinstance(member.value.get("$ref"), str)
    if not is_reference or kind in ("data", "map"):
        return _spelt_out(member, kind, done, above)
    target = node.source.document.follow(member)
    ref = target.source.ref
    if ref in above or (kind == "schema" and (ref in done or _stands_itself(target.source))):
        return {}
    done.add(ref)
    return _spelt_out(target, kind, done, (*above, ref))


def _stands_itself(source: Source) -> bool:
    """Whether a schema is one of the document's own components, and so is judged where it stands."""
    return source.uri == source.document.uri and source.pointer[:2] == ("components", "schemas")


def _node_at(document: Document, path: Sequence[str | int]) -> Source:
    """Where the words at `path` stand, which may lead through other files; else the nearest around them."""
    node = document.root
    for at, step in enumerate(path):
        below = node.get(str(step)) or node.get(step)
        if below is None:
            return node.source.child(*path[at:])
        if at == len(path) - 1:
            return node.source.child(step)
        node = below
    return node.source


def _trail(path: Sequence[str | int]) -> str:
    """The way to a part of a document, as people write it."""
    return " ".join(str(step) for step in path) or "The document"


def _schema_words(document: Document) -> Iterator[Finding]:
    """What JSON Schema has against the schemas of a 3.1 document: the standard's schema leaves them open."""
    meta = jsonschema_rs.Draft202012Validator({"$ref": DRAFT}, offline=True)
    for source, schema in _schemas(document):
        for violation in Check(document, source, meta).violations(schema, "response"):
            yield Finding(
                source.child(*violation.path).place(),
                f"This is no JSON Schema: {violation.message}",
                rule="schema",
            )


def _schemas(document: Document) -> Iterator[tuple[Source, Any]]:
    """The outermost schemas of every file: what stands under `schema`, and each of `components.schemas`."""
    pending: list[tuple[Source, Any]] = [
        (Source(document, uri, ()), data) for uri, data in document.files.items()
    ]
    while pending:
        source, value = pending.pop()
        if isinstance(value, list):
            pending += [(source.child(at), item) for at, item in enumerate(value)]
        elif isinstance(value, dict):
            for key, member in value.items():
                if key == "schema" and isinstance(member, dict | bool):
                    yield source.child(key), member
                elif key == "schemas" and source.pointer == ("components",) and isinstance(member, dict):
                    yield from ((source.child(key, name), schema) for name, schema in member.items())
                elif key not in ("example", "examples", "value"):
                    pending.append((source.child(key), member))


def _doubles(document: Document) -> Iterator[Finding]:
    """Parameters and tags that are declared twice: the standard says so in words only."""
    named: dict[str, int] = {}
    for at, tag in enumerate(_listed(document.root.get("tags"))):
        first = named.setdefault(tag.text("name"), at)
        if first != at:
            yield Finding(
                tag.source.place(), f"The tag {tag.text('name')!r} is declared twice.", rule="openapi"
            )
    for _, item in _members(document.root.get("paths")):
        owners = [item, *(node for key, node in _members(item) if key in METHODS)]
        for owner in owners:
            seen: set[tuple[str, str]] = set()
            for parameter in _listed(owner.get("parameters")):
                name, where = parameter.text("name"), parameter.text("in")
                if (name, where) in seen:
                    message = f"The {where} parameter {name!r} is declared twice."
                    yield Finding(parameter.source.place(), message, rule="openapi")
                seen.add((name, where))


def _listed(node: Node | None) -> Iterator[Node]:
    return node.list() if node else iter(())


def _members(node: Node | None) -> Iterator[tuple[str, Node]]:
    return node.items() if node else iter(())


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
            if parameter.check is not None:
                yield from _all_held(parameter.examples, parameter.check)
        if operation.body is not None:
            yield from _examples_of(operation.body.contents)
        for response in operation.responses.values():
            yield from _examples_of(response.contents)
            for header in response.headers.values():
                if header.check is not None:
                    node = Node(header.source, contract.document.value_at(header.source))
                    yield from _all_held(_own_examples(node), header.check)
    seen: set[str] = set()
    for source, value in _schemas(contract.document):
        yield from _within(contract, contract.document.follow(Node(source, value)), seen)


def _examples_of(contents: Mapping[str, Content]) -> Iterator[Finding]:
    for content in contents.values():
        if content.check is not None:
            yield from _all_held(content.examples.values(), content.check)


def _own_examples(node: Node) -> Iterator[Node]:
    """The examples that stand beside a schema: one under `example`, or named ones under `examples`."""
    if "example" in node.value:
        yield Node(node.source.child("example"), node.value["example"])
    for _, example in _members(node.get("examples")):
        if isinstance(example.value, dict) and "value" in example.value:
            yield Node(example.source.child("value"), example.value["value"])


def _all_held(examples: Iterable[Node], check: Check) -> Iterator[Finding]:
    for example in examples:
        yield from _held(example, check.violations(example.value, "response"))


def _within(contract: Contract, schema: Node, seen: set[str]) -> Iterator[Finding]:
    """Examples and defaults of a schema and of those inside it."""
    if schema.source.ref in seen or not isinstance(schema.value, dict):
        return
    seen.add(schema.source.ref)
    for word, example in _given(schema):
        violations = contract.schemas.check(schema).violations(example.value, "response")
        # Where requests and answers differ, it may be an example of either.
        if violations and not contract.schemas.check(schema, "request").fits(example.value):
            yield from _held(example, violations, word)
    for keyword in ("properties", "patternProperties"):
        for _, below in _members(schema.get(keyword)):
            yield from _within(contract, below, seen)
    for keyword in ("items", "additionalProperties", "not"):
        below_it = schema.get(keyword)
        if below_it is not None:
            yield from _within(contract, below_it, seen)
    for keyword in ("allOf", "oneOf", "anyOf", "prefixItems"):
        for below in _listed(schema.get(keyword)):
            yield from _within(contract, below, seen)


def _given(schema: Node) -> Iterator[tuple[str, Node]]:
    """The values that a schema itself gives, and what each of them is."""
    for word in ("example", "default"):
        if word in schema.value:
            yield word, Node(schema.source.child(word), schema.value[word])
    examples = schema.value.get("examples")
    if isinstance(examples, list):
        for at, value in enumerate(examples):
            yield "example", Node(schema.source.child("examples", at), value)


def _held(example: Node, violations: Iterable[Violation], word: str = "example") -> Iterator[Finding]:
    for violation in violations:
        inside = example.source.child(*violation.path)
        at = f"{violation.pointer}: " if violation.pointer else ""
        message = f"This {word} does not fit its schema: {at}{violation.message}"
        mend = f"The schema says so at {violation.place}." if violation.place else ""
        yield Finding(inside.place(), message, mend, "example")


WIDEST = 100
"""Characters of a line that a code frame shows: a contract may be one line of a megabyte."""


def code_frame(finding: Finding) -> Iterator[str]:
    """The line a finding is about with its neighbours, and a mark under the place; nothing without a line."""
    place = finding.place
    if not place.line:
        return
    try:
        text = Path(place.file).read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return
    column = max(place.column, 1)
    cut = max(0, column - WIDEST // 2) if column > WIDEST else 0
    first = max(1, place.line - 1)
    for number in range(first, min(len(text), place.line + 1) + 1):
        mark = ">" if number == place.line else " "
        # A tab would be wider than the mark below knows.
        yield f"{mark} {number:5} | {text[number - 1].replace(chr(9), ' ')[cut : cut + WIDEST]}".rstrip()
        if number == place.line and place.column:
            yield f"        | {' ' * (column - 1 - cut)}^"
