"""Checks a document against the schema of the OpenAPI standard, with the place of each fault."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Literal

import jsonschema_rs
import orjson

from mockade.contract.document import Document, Node, Source
from mockade.contract.keywords import METHODS, PARTS
from mockade.contract.validators import Validator
from mockade.errors import Finding, Place

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def openapi_findings(document: Document, version: str) -> Iterator[Finding]:
    """What is wrong with the document by the schema of its OpenAPI version, and by some of its prose.

    What was left out of the document when it was read is reported already. The rest costs
    no operation anything: warnings.
    """
    if document.uri in document.swagger:
        yield from _swagger_findings(document)
        yield from _duplicates(document)
        return
    standard = _without_references(standard_schema(version))
    compile = partial(jsonschema_rs.validator_for, standard, offline=True)
    validator = Validator(document, document.root.source, compile)
    found: dict[tuple[Place, str], Finding] = {}
    for violation in validator.violations(_resolved(document.root, "plain", set()), "response"):
        source = source_of(document, violation.path)
        if document.slips.covers(source.uri, source.pointer):
            continue
        place = source.place()
        message = violation.message.removesuffix(" There are none.")  # the standard's keys are not looked up
        finding = Finding(place, f"{_words_of(violation.path)}: {message}", "", "openapi", "warning")
        found.setdefault((place, message), finding)  # a part that is used twice is wrong once
    yield from found.values()
    if not version.startswith("3.0"):
        yield from _schema_findings(document)
    yield from _duplicates(document)


def standard_schema(version: str) -> Any:
    """The schema of a version of the standard, from the files of openapi-spec-validator.

    Importing the library would take ten times as long as reading the file.
    """
    library = find_spec("openapi_spec_validator")
    if library is None or library.origin is None:
        raise ModuleNotFoundError("openapi-spec-validator, which Mockade depends on, is not installed.")
    minor = ".".join(version.split(".")[:2])
    path = Path(library.origin).parent / "resources" / "schemas" / f"v{minor}" / "schema.json"
    return orjson.loads(path.read_bytes())


def _swagger_findings(document: Document) -> Iterator[Finding]:
    """What is wrong with a Swagger 2.0 document by its standard, at the lines of the file as written."""
    compile = partial(jsonschema_rs.validator_for, standard_schema("2.0"), offline=True)
    validator = Validator(document, document.root.source, compile)
    for violation in validator.violations(document.swagger[document.uri].original, "response"):
        place = document.place_in_file(document.uri, violation.path)
        message = violation.message.removesuffix(" There are none.")
        yield Finding(place, f"{_words_of(violation.path)}: {message}", rule="openapi")


def _without_references(standard: Any) -> Any:
    """The standard's schema without the `oneOf` of a thing and a reference to it.

    The document is checked with its references resolved, and a `oneOf` would only say that neither fits.
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


def _resolved(node: Node, kind: Kind, done: set[str], above: tuple[str, ...] = ()) -> Any:
    """A node's value with its references replaced by what they lead to, in any file.

    Schemas may contain themselves: each is resolved once (`done`) and is `{}` elsewhere.
    """
    if kind == "data":
        return node.value
    if isinstance(node.value, list):
        return [_resolved_member(node, at, kind, done, above) for at in range(len(node.value))]
    if not isinstance(node.value, dict):
        return node.value
    return {
        key: _resolved_member(node, key, _kind(kind, key, (*node.source.pointer, key)), done, above)
        for key in node.value
    }


def _resolved_member(node: Node, step: str | int, kind: Kind, done: set[str], above: tuple[str, ...]) -> Any:
    member = Node.at(node.source.child(step), node.value[step])
    is_reference = isinstance(member.value, dict) and isinstance(member.value.get("$ref"), str)
    if not is_reference or kind in ("data", "map"):
        return _resolved(member, kind, done, above)
    target = node.source.document.follow(member)
    ref = target.source.ref
    if ref in above or (kind == "schema" and (ref in done or _is_component(target.source))):
        return {}
    done.add(ref)
    return _resolved(target, kind, done, (*above, ref))


def _is_component(source: Source) -> bool:
    """Whether a schema is one of the document's own components, and so is checked there."""
    return source.uri == source.document.uri and source.pointer[:2] == ("components", "schemas")


def source_of(document: Document, path: Sequence[str | int]) -> Source:
    """Where the value at `path` stands, `$ref`s on the way followed; else the nearest around it."""
    node = document.root
    for at, step in enumerate(path):
        try:
            below = node.get(str(step)) or node.get(step)
        except LookupError:  # a `$ref` in an example is data, and may lead nowhere
            below = None
        if below is None:
            return node.source.child(*path[at:])
        if at == len(path) - 1:
            return node.source.child(step)
        node = below
    return node.source


def _words_of(path: Sequence[str | int]) -> str:
    """The path as words, such as `paths /games get`."""
    return " ".join(str(step) for step in path) or "The document"


def _schema_findings(document: Document) -> Iterator[Finding]:
    """Faults of a 3.1 document's schemas by the 2020-12 metaschema, which the standard's does not ask."""
    meta = jsonschema_rs.Draft202012Validator({"$ref": DRAFT}, offline=True)
    for source, schema in outermost_schemas(document):
        for violation in Validator(document, source, lambda: meta).violations(schema, "response"):
            yield Finding(
                source.child(*violation.path).place(),
                f"This is no JSON Schema: {violation.message}",
                rule="schema",
                severity="warning",
            )


def outermost_schemas(document: Document) -> Iterator[tuple[Source, Any]]:
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


_SINGLE = (
    *("items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else"),
    *("unevaluatedItems", "unevaluatedProperties"),
)
"""The keywords that have one schema each."""


def inner_schemas(schema: Node) -> Iterator[Node]:
    """The schemas right below one."""
    for keyword in ("properties", "patternProperties", "dependentSchemas", "$defs"):
        yield from (below for _, below in schema.members(keyword))
    for keyword in _SINGLE:
        below_it = schema.get(keyword)
        if below_it is not None:
            yield below_it
    for keyword in (*PARTS, "prefixItems"):
        yield from schema.listed(keyword)


def _duplicates(document: Document) -> Iterator[Finding]:
    """Parameters and tags that are declared twice: the standard says so in words only."""
    named: dict[str, int] = {}
    for at, tag in enumerate(listed(document.root.get("tags"))):
        first = named.setdefault(tag.text("name"), at)
        if first != at:
            message = f"The tag {tag.text('name')!r} is declared twice."
            yield Finding(tag.source.place(), message, "", "openapi", "warning")
    for _, item in members(document.root.get("paths")):
        owners = [item, *(node for key, node in members(item) if key in METHODS)]
        for owner in owners:
            seen: set[tuple[str, str]] = set()
            for parameter in listed(owner.get("parameters")):
                name, where = parameter.text("name"), parameter.text("in")
                if (name, where) in seen:
                    message = f"The {where} parameter {name!r} is declared twice."
                    yield Finding(parameter.source.place(), message, "", "openapi", "warning")
                seen.add((name, where))


def listed(node: Node | None) -> Iterator[Node]:
    return node.list() if node else iter(())


def members(node: Node | None) -> Iterator[tuple[str, Node]]:
    return node.items() if node else iter(())
