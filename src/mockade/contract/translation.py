"""OpenAPI's dialects of JSON Schema to 2020-12, keeping every keyword where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal

from mockade.contract.backtracking import KEYWORD, backtracks
from mockade.contract.formats import NUMBER_FORMATS, as_number, common_multiple
from mockade.contract.keywords import CONTENT_KINDS, EXTENSIBLE, PARTS, SCHEMA_NAMES, width
from mockade.contract.references import FileScan, LinkedPointer, escaped_ref

Direction = Literal["request", "response"]

UNSENT_FLAG: Mapping[Direction, str] = MappingProxyType({"request": "readOnly", "response": "writeOnly"})
"""What marks a property that is never sent in a direction."""

Look = Callable[[str], Any]
"""What stands where a `$ref` leads."""


def translated(
    data: Any,
    *,
    old: bool,
    direction: Direction | None = None,
    look: Look = lambda _ref: None,
    scan: FileScan | None = None,
) -> Any:
    """A copy of a file's data in which every schema reads as 2020-12 means it.

    `old` says that the document is OpenAPI 3.0, whose `nullable`, boolean exclusive bounds and lone `$ref`
    2020-12 does not know. Every keyword stays where it stands, so that pointers into the file still lead
    there and an error's keyword is found in the file; descriptions and examples are left out, which are half
    of a large file and check nothing. What the server alone writes (`readOnly`) is not
    required in a request, nor what it alone reads (`writeOnly`) in a response. What is found on the way
    goes into `scan`: a large file is not gone through twice.
    """
    unsent_flag = UNSENT_FLAG[direction or "response"]
    scan = scan or FileScan()
    refs = scan.refs

    def part(value: Any, linked: LinkedPointer) -> Any:
        """A copy of what stands at `linked` of the file."""
        if isinstance(value, dict):
            return converted(value, linked)
        return (
            [part(item, (linked, at)) for at, item in enumerate(value)] if isinstance(value, list) else value
        )

    def referring(members: dict[str, Any], linked: LinkedPointer) -> None:
        """Note a `$ref` in the place of what has names: OpenAPI has none there, but it is followed."""
        ref = members.get("$ref")
        if isinstance(ref, str) and linked is not None and linked[1] in SCHEMA_NAMES:
            scan.misplaced.append((linked, "$ref"))
        elif isinstance(ref, str):
            refs.append(((linked, "$ref"), ref))

    def named(members: dict[str, Any], linked: LinkedPointer) -> dict[str, Any]:
        """A copy of an object with names for keys: a property that is called `example` is no example."""
        if "$ref" in members:
            referring(members, linked)
        extensible = linked is not None and linked[1] in EXTENSIBLE
        return {
            name: member
            if extensible and name.startswith("x-")
            else converted(member, (linked, name))
            if isinstance(member, dict)
            else part(member, (linked, name))
            for name, member in members.items()
        }

    def refer_to_examples(examples: Any, linked: LinkedPointer) -> None:
        """Note the examples that are references. What one shows is data: a `$ref` in it refers to nothing."""
        if isinstance(examples, dict):
            if "$ref" in examples:
                referring(examples, (linked, "examples"))
            for name, example in examples.items():
                if isinstance(example, dict) and isinstance(example.get("$ref"), str):
                    refs.append(((((linked, "examples"), name), "$ref"), example["$ref"]))

    def converted(words: dict[str, Any], linked: LinkedPointer) -> dict[str, Any]:
        """A copy of an object of OpenAPI's words."""
        copy = words.copy()
        is_costly = False
        for key, member in words.items():
            if key in _COSTLY:
                is_costly = True
            if key in _SHOWN:
                if key == "examples":
                    refer_to_examples(member, linked)
                del copy[key]
            elif isinstance(member, dict):
                kind = CONTENT_KINDS.get(key)
                if kind is None:
                    if not key.startswith("x-"):  # an extension is data
                        copy[key] = converted(member, (linked, key))
                elif kind == "names":
                    copy[key] = named(member, (linked, key))
            elif (
                isinstance(member, list)
                and CONTENT_KINDS.get(key, "names") == "names"
                and not key.startswith("x-")
            ):
                copy[key] = part(member, (linked, key))
        ref = words.get("$ref")
        if isinstance(ref, str):
            refs.append(((linked, "$ref"), ref))
            copy["$ref"] = escaped_ref(ref)
            if old:
                return {"$ref": copy["$ref"]}
        # Most objects have nothing to translate, so what is asked of each is asked here, without a call.
        if "required" in copy and direction is not None:
            _relax_required(copy, unsent_flag, look)
        if "exclusiveMinimum" in copy or "exclusiveMaximum" in copy:
            _modern_bounds(copy)
        if old and copy.get("nullable") is True:
            _take_null(copy)
        types = copy.get("type")
        if types == "integer" or isinstance(types, list):
            _bound_integers(copy)
        if "format" in copy and types != "string":
            _bound_format(copy)
        if "discriminator" in copy:
            scan.discriminated.append(linked)
        if is_costly:
            _note_work(copy, scan)
        if copy.get("readOnly") is True or copy.get("writeOnly") is True:
            scan.one_sided = True
        return copy

    return part(data, None)


_SHOWN = frozenset({"description", "summary", "example", "examples", "externalDocs"})
"""Words that are for readers."""

_COSTLY = frozenset(PARTS) | {
    *("not", "if", "dependentSchemas", "contains", "pattern", "patternProperties", "discriminator")
}
"""Keywords by which the work of checking may grow faster than the value."""

LARGEST_INTEGER = 2**64 - 1
SMALLEST_INTEGER = -(2**63)


def _bound_integers(schema: dict[str, Any]) -> None:
    """Let no whole number through that 64 bits cannot hold: the parser has already made a float of it."""
    types = schema.get("type")
    if types == "integer" or (isinstance(types, list) and "integer" in types and "number" not in types):
        most, least = schema.get("maximum"), schema.get("minimum")
        schema["maximum"] = min(most, LARGEST_INTEGER) if isinstance(most, int | float) else LARGEST_INTEGER
        schema["minimum"] = (
            max(least, SMALLEST_INTEGER) if isinstance(least, int | float) else SMALLEST_INTEGER
        )


def _bound_format(schema: dict[str, Any]) -> None:
    """Let no number through that the schema's format does not have."""
    name = schema["format"]
    form = NUMBER_FORMATS.get(name) if isinstance(name, str) else None
    if form is None:
        return
    for keyword, bound, narrower in (("minimum", form.least, max), ("maximum", form.most, min)):
        given = schema.get(keyword, bound)
        if isinstance(given, int | float):
            schema[keyword] = narrower(given, bound)
    if form.step is not None and schema.get("type") != "integer":
        step = schema.get("multipleOf", form.step)
        if isinstance(step, int | float) and step > 0:
            schema["multipleOf"] = as_number(common_multiple((step, form.step)))


def _note_work(schema: dict[str, Any], scan: FileScan) -> None:
    """Note what the work of checking may grow by; a pattern that only trying out can match gets a name."""
    if "pattern" in schema and backtracks(schema["pattern"]):
        schema[KEYWORD] = schema.pop("pattern")
        scan.backtracking = True
    names = schema.get("patternProperties")
    if isinstance(names, dict) and any(map(backtracks, names)):
        scan.backtracking = True
    scan.branching *= width(schema)


def _relax_required(schema: dict[str, Any], unsent_flag: str, look: Look) -> None:
    required, properties = schema.get("required"), schema.get("properties")
    if isinstance(required, list) and isinstance(properties, dict):

        def is_unsent(property: Any) -> bool:
            if not isinstance(property, dict):
                return False
            if unsent_flag not in property and isinstance(property.get("$ref"), str):
                property = look(property["$ref"])
            return isinstance(property, dict) and property.get(unsent_flag) is True

        schema["required"] = [
            name for name in required if not (isinstance(name, str) and is_unsent(properties.get(name)))
        ]


def _modern_bounds(schema: dict[str, Any]) -> None:
    """Boolean exclusive bounds mean one thing only, also where a 3.1 document still carries them."""
    for bound, exclusive in (("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")):
        if isinstance(schema.get(exclusive), bool) and schema.pop(exclusive) and bound in schema:
            schema[exclusive] = schema.pop(bound)


def _take_null(schema: dict[str, Any]) -> None:
    """Make what OpenAPI 3.0 calls `nullable`, as this schema is, take null."""
    if isinstance(schema.get("type"), str):
        schema["type"] = [schema["type"], "null"]
    elif any(key in schema for key in ("allOf", "anyOf", "oneOf")):
        # The standard gives `nullable` no meaning without `type`, and most generators write it so.
        _admit_null(schema)


def _admit_null(schema: dict[str, Any]) -> None:
    null = {"type": "null"}
    if "$ref" in schema:
        schema["anyOf"] = [{"$ref": schema.pop("$ref")}, null]
        return
    types, parts, options = schema.get("type"), schema.get("allOf"), schema.get("enum")
    if isinstance(types, str) and types != "null":
        schema["type"] = [types, "null"]
    elif isinstance(types, list) and "null" not in types:
        schema["type"] = [*types, "null"]
    if isinstance(options, list) and None not in options:
        schema["enum"] = [*options, None]
    for part in parts if isinstance(parts, list) else ():
        if isinstance(part, dict):
            _admit_null(part)
    if isinstance(schema.get("anyOf"), list):
        schema["anyOf"] = [*schema["anyOf"], null]
    if isinstance(schema.get("oneOf"), list):
        # Exactly one may fit: this one only where none of the others takes null.
        schema["oneOf"] = [*schema["oneOf"], {**null, "not": {"anyOf": schema["oneOf"]}}]
