"""What OpenAPI asks of schemas in words, where its own schema does not see it."""

from __future__ import annotations

from collections.abc import Iterator

from mockade.contract.discriminators import contradiction_of
from mockade.contract.document import Document, Node
from mockade.contract.keywords import PARTS
from mockade.contract.properties import properties
from mockade.contract.schema_walk import parts, place_of, walk
from mockade.errors import Finding, Severity
from mockade.hints import did_you_mean, nearest
from mockade.validation.standard import inner_schemas, outermost_schemas


def prose_findings(document: Document) -> Iterator[Finding]:
    """Schemas that keep the form of the standard and not its words."""
    roots = [document.follow(Node.at(source, value)) for source, value in outermost_schemas(document)]
    for schema in walk(roots, inner_schemas, place_of):
        if isinstance(schema.value, dict):
            yield from _of_schema(document, schema)


def _of_schema(document: Document, schema: Node) -> Iterator[Finding]:
    words = schema.value
    if document.lone_refs and words.get("type") == "array" and "items" not in words:
        message = "An array of OpenAPI 3.0 says what its `items` are."
        place = schema.source.child("type").place()
        yield Finding(place, message, "Write items: {} for any.", "array-items", "warning")
    if words.get("readOnly") is True and words.get("writeOnly") is True:
        message = "A property is not both readOnly and writeOnly: nobody could send it."
        yield Finding(schema.source.child("writeOnly").place(), message, "", "read-write-only", "warning")
    contradiction = contradiction_of(schema)
    if contradiction:
        place = schema.source.child("discriminator").place()
        yield Finding(place, contradiction, "It is left out.", "schema", "warning")
    yield from _undefined(schema)
    if not document.lone_refs:
        yield from _unknown_keywords(schema)


_WORDS = """
    $id $schema $ref $anchor $dynamicRef $dynamicAnchor $vocabulary $comment $defs allOf anyOf oneOf not if
    then else dependentSchemas prefixItems items contains properties patternProperties additionalProperties
    propertyNames unevaluatedItems unevaluatedProperties type enum const multipleOf maximum exclusiveMaximum
    minimum exclusiveMinimum maxLength minLength pattern maxItems minItems uniqueItems maxContains minContains
    maxProperties minProperties required dependentRequired title description default deprecated readOnly
    writeOnly examples format contentMediaType contentEncoding contentSchema discriminator xml externalDocs
    example definitions dependencies $recursiveRef $recursiveAnchor
"""
_KEYWORDS = frozenset(_WORDS.split())
"""Those of JSON Schema 2020-12, of OpenAPI's base vocabulary, and of the drafts before, which are read."""


def _unknown_keywords(schema: Node) -> Iterator[Finding]:
    """Keywords that OpenAPI 3.1 does not have: what they would ask is not asked."""
    for keyword in schema.value.keys() - _KEYWORDS:
        place = schema.source.child(keyword).place()
        if keyword == "nullable":
            mend = "Write type: [string, 'null']."
            yield Finding(place, "OpenAPI 3.1 has no `nullable`.", mend, "nullable", "warning")
        elif not keyword.startswith("x-"):
            meant = nearest(keyword, _KEYWORDS)
            mend = f"Did you mean {meant!r}?" if meant else ""
            severity: Severity = "warning" if meant else "info"
            message = f"{keyword!r} is no keyword of JSON Schema: it asks nothing."
            yield Finding(place, message, mend, "keyword", severity)


def _undefined(schema: Node) -> Iterator[Finding]:
    """Names in `required` that an object does not define.

    A part of another schema may mean the whole's, and where other properties have a schema they are defined.
    """
    words = schema.value
    names, own = words.get("required"), words.get("properties")
    is_part = {*map(str, schema.pointer[-2:])} & {*PARTS, "if", "then", "else", "not", "dependentSchemas"}
    if is_part or not isinstance(names, list) or not isinstance(own, dict) or not own:
        return
    parts_of = list(parts(schema, *PARTS))
    if any(
        isinstance(one.value, dict)
        and (
            isinstance(one.value.get("additionalProperties"), dict)
            or one.value.get("patternProperties")
            or one.value.get("$dynamicRef")
        )
        for one in parts_of
    ):
        return
    known = properties(schema)
    for at, name in enumerate(names):
        if isinstance(name, str) and name not in known:
            message = f"{name!r} is required, and no property of that name is defined."
            place = schema.source.child("required", at).place()
            yield Finding(place, message, did_you_mean(name, known), "required-undefined", "warning")
