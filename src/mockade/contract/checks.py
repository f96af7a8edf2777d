"""Schemas compiled once, and what breaks them told as violations."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import unquote, urldefrag

import jsonschema_rs
import orjson

from mockade.contract.document import Document, Node, Source
from mockade.contract.translation import Direction, Look, translated
from mockade.contract.violations import ABSENT, Violation, Where
from mockade.errors import Finding, SetupError, did_you_mean

SEMVER = re.compile(
    r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)"
    r"(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?"
    r"(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?",
    re.ASCII,
)

FORMATS: dict[str, Callable[[str], bool]] = {"semver": lambda text: SEMVER.fullmatch(text) is not None}
"""Formats that JSON Schema does not know and contracts use."""


MOST_TOLD = 1000
"""Violations of one value that are told; a list of a hundred thousand wrong items is told by its first."""


class Check:
    """One schema, compiled: fast to say yes, thorough to say why not."""

    __slots__ = ("_document", "_validator", "source")

    def __init__(self, document: Document, source: Source, validator: jsonschema_rs.Validator) -> None:
        self._document = document
        self._validator = validator
        self.source = source

    def fits(self, value: Any) -> bool:
        return self._validator.is_valid(value)

    def violations(self, value: Any, where: Where, path: tuple[str | int, ...] = ()) -> list[Violation]:
        """Everything in `value` that breaks the schema, each thing once; empty when it fits."""
        if self._validator.is_valid(value):
            return []
        told: dict[tuple[Any, ...], Violation] = {}
        for error in self._validator.iter_errors(value):
            for violation in self._told(error, value, where, path):
                told.setdefault((violation.path, violation.rule, violation.message), violation)
            if len(told) >= MOST_TOLD:
                break
        return list(told.values())

    def _told(
        self, error: jsonschema_rs.ValidationError, value: Any, where: Where, path: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        kind: Any = error.kind  # a class per rule, each with what that rule has to say
        context: list[list[jsonschema_rs.ValidationError]] = getattr(kind, "context", None) or []
        if type(kind).__name__ in ("AnyOf", "OneOfNotValid"):
            branch = _furthest(context, len(error.instance_path))
            if branch is not None:
                for inner in branch:
                    yield from self._told(inner, value, where, path)
                return
        at = (*path, *_steps(value, error.instance_path))
        source = self._source(error)
        if type(kind).__name__ == "PropertyNames":
            yield Violation(where, at, "propertyNames", f"{kind.error.message}.", source=source)
        elif kind.name in ("additionalProperties", "unevaluatedProperties"):
            known = self._declared(source)
            for name in kind.unexpected:
                message = f"{name!r} is not allowed here. {did_you_mean(name, known)}"
                yield Violation(
                    where, (*at, name), "additionalProperties", message, value=name, source=source
                )
        elif kind.name == "required":
            message = f"{kind.property!r} is required."
            yield Violation(where, (*at, kind.property), "required", message, source=source)
        else:
            expected, message = _said(kind, error, context)
            if kind.name == "not" and source is not None:
                message = self._described(source) or message
            yield Violation(where, at, kind.name, message, expected, error.instance, source)

    def _source(self, error: jsonschema_rs.ValidationError) -> Source | None:
        return _source_at(self._document, error.absolute_keyword_location or "")

    def _described(self, source: Source) -> str:
        """What a contract says in words of a form that it forbids: no keyword says it."""
        value = self._document.files[source.uri]
        for step in source.pointer:
            value = value[step]
        return str(value.get("description", "")).strip() if isinstance(value, dict) else ""

    def _declared(self, source: Source | None) -> Sequence[str]:
        """The properties that the schema around a keyword declares, with those of its parts."""
        if source is None:
            return ()
        found: dict[str, None] = {}
        seen: set[str] = set()
        around = Source(source.document, source.uri, source.pointer[:-1])
        pending = [Node(around, self._document.value_at(around))]
        while pending:
            node = pending.pop()
            if node.source.ref in seen:
                continue
            seen.add(node.source.ref)
            properties = node.get("properties")
            found |= dict.fromkeys(name for name, _ in properties.items()) if properties else {}
            for keyword in ("allOf", "anyOf", "oneOf"):
                parts = node.get(keyword)
                pending += parts.list() if parts else ()
            if isinstance(node.value, dict) and "$ref" in node.value:
                pending.append(self._document.target(node.source, node.value["$ref"]))
        return tuple(found)


def _steps(value: Any, path: Sequence[str | int]) -> Iterator[str | int]:
    """The way into `value`; the validator takes a property that is called `0` for an item."""
    for step in path:
        if isinstance(value, dict):
            step = str(step)
        yield step
        value = value[step]


def _source_at(document: Document, location: str) -> Source | None:
    uri, fragment = urldefrag(location)
    if uri not in document.files:
        return None
    value = document.files[uri]
    pointer: list[str | int] = []
    for text in fragment.split("/")[1:]:
        step: str | int = unquote(text).replace("~1", "/").replace("~0", "~")
        if isinstance(value, list) and str(step).isdigit() and int(step) < len(value):
            step = int(step)
            value = value[step]
        elif isinstance(value, dict) and step in value:
            value = value[step]
        else:
            break  # a keyword that only the translation has: what stands around it will do
        pointer.append(step)
    return Source(document, uri, tuple(pointer))


Branch = Sequence[jsonschema_rs.ValidationError]
"""The errors of one of the forms that a `oneOf` or `anyOf` allows."""


def _furthest(branches: Sequence[Branch], depth: int) -> Branch | None:
    """The branch that the value, `depth` steps in, was most likely meant for; None when all miss its type."""

    def misses_the_type(branch: Branch) -> bool:
        return any(
            error.kind.name in ("type", "const", "enum") and len(error.instance_path) == depth
            for error in branch
        )

    def distance(branch: Branch) -> tuple[int, int]:
        wrong_tag = sum(error.kind.name in ("const", "enum") for error in branch)
        return wrong_tag, len(branch)

    fitting = [branch for branch in branches if branch and not misses_the_type(branch)]
    return min(fitting, key=distance, default=None)


_COUNTED = {
    "Length": ("character", "characters"),
    "Items": ("item", "items"),
    "Properties": ("property", "properties"),
}


def _said(kind: Any, error: jsonschema_rs.ValidationError, context: Sequence[Branch]) -> tuple[Any, str]:
    """What the rule expects, and the sentence for it."""
    value = shown_value(error.instance)
    match kind.name:
        case "type":
            expected = list(kind.types)
            return expected, f"Expected {' or '.join(expected)}, got {_got(error.instance)}."
        case "enum":
            options = list(kind.options)
            hint = did_you_mean(str(error.instance), [str(option) for option in options])
            return options, f"{value} is none of the allowed values. {hint}"
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            words = {
                "minimum": "at least",
                "maximum": "at most",
                "exclusiveMinimum": "more than",
                "exclusiveMaximum": "less than",
            }
            return kind.limit, f"{value} must be {words[kind.name]} {kind.limit}."
        case "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties":
            bound = "at least" if kind.name.startswith("min") else "at most"
            one, many = _COUNTED[kind.name[3:]]
            return kind.limit, f"{value} must have {bound} {kind.limit} {one if kind.limit == 1 else many}."
        case "pattern":
            return kind.pattern, f"{value} does not match {kind.pattern}."
        case "format":
            return kind.format, f"{value} is not a valid {kind.format}."
        case "const":
            return kind.expected_value, f"{value} must be {shown_value(kind.expected_value)}."
        case "multipleOf":
            return kind.multiple_of, f"{value} must be a multiple of {kind.multiple_of}."
        case "anyOf" | "oneOf":
            types = _types_in(context, len(error.instance_path))
            if types:
                return types, f"Expected {' or '.join(types)}, got {_got(error.instance)}."
            how_many = "more than one" if type(kind).__name__ == "OneOfMultipleValid" else "none"
            return None, f"{value} fits {how_many} of the forms allowed here."
        case "falseSchema":
            return None, f"Nothing is allowed here, got {_got(error.instance)}."
        case _:
            return None, f"{error.message}."


def _types_in(branches: Sequence[Branch], depth: int) -> list[str]:
    """The types that the branches ask at their top, when the type is all that each of them misses."""
    types: dict[str, None] = {}
    for branch in branches:
        asked = [error for error in branch if error.kind.name == "type" and len(error.instance_path) == depth]
        if not asked:
            return []
        types |= dict.fromkeys(name for error in asked for name in getattr(error.kind, "types", ()))
    return list(types)


def _got(value: Any) -> str:
    return "null" if value is None else f"{json_type(value)} {shown_value(value)}"


_TYPES = (
    (bool, "boolean"),
    (int, "integer"),
    (float, "number"),
    (str, "string"),
    (dict, "object"),
)


def json_type(value: Any) -> str:
    """The JSON type of a value, in JSON Schema's words."""
    if value is None:
        return "null"
    return next((name for python, name in _TYPES if isinstance(value, python)), "array")


def shown_value(value: Any, most: int = 80) -> str:
    """A value as a sentence can hold it: as JSON, but text in single quotes; cut short when long."""
    if value is ABSENT:
        return "nothing"
    try:
        text = repr(value) if isinstance(value, str) else orjson.dumps(value).decode()
    except (TypeError, ValueError):
        text = str(value)  # a number beyond 64 bits, or nothing that JSON knows
    return text if len(text) <= most else f"{text[: most - 1]}…"


class Schemas:
    """A document's schemas, compiled through one shared registry for each direction."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._registries: dict[Direction, jsonschema_rs.Registry] = {}
        two_sided = _one_sided_properties(document)
        for direction in ("request", "response") if two_sided else ("response",):
            files = [
                (uri, translated(data, old=document.lone_refs, direction=direction, look=self._look(uri)))
                for uri, data in document.files.items()
                if isinstance(data, dict)
            ]
            self._registries[direction] = jsonschema_rs.Registry(files, draft=jsonschema_rs.Draft202012)
        self._registries.setdefault("request", self._registries["response"])
        self._checks: dict[tuple[str, int], Check] = {}

    def _look(self, uri: str) -> Look:
        base = Source(self._document, uri, ())

        def look(ref: str) -> Any:
            try:
                return self._document.follow(Node(base, {"$ref": ref})).value
            except SetupError:
                return None  # a circle of references is told where the schema is compiled

        return look

    def check(self, node: Node, direction: Direction = "response") -> Check:
        """The schema at `node`, compiled. Raises SetupError when it is not a sound schema."""
        registry = self._registries[direction]
        key = (node.source.ref, id(registry))
        if key not in self._checks:
            self._checks[key] = Check(self._document, node.source, self._compiled(node.source, registry))
        return self._checks[key]

    def _compiled(self, source: Source, registry: jsonschema_rs.Registry) -> jsonschema_rs.Validator:
        try:
            return jsonschema_rs.Draft202012Validator(
                {"$ref": source.ref}, registry=registry, validate_formats=True, formats=FORMATS, offline=True
            )
        except jsonschema_rs.ValidationError as error:
            place = _source_at(self._document, f"{source.uri}#/{'/'.join(map(str, error.instance_path))}")
            what = error.message
            raise SetupError(
                [Finding((place or source).place(), f"This is not a sound schema: {what}.", rule="schema")]
            ) from None
        except (jsonschema_rs.ReferencingError, ValueError) as error:
            raise SetupError(
                [Finding(source.place(), f"This schema cannot be compiled: {error}.", rule="schema")]
            ) from None


def _one_sided_properties(document: Document) -> bool:
    """Whether any property is `readOnly` or `writeOnly`, so that requests and answers differ."""
    pending = list(document.files.values())
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            if value.get("readOnly") is True or value.get("writeOnly") is True:
                return True
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return False
