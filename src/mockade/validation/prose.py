"""What OpenAPI asks of schemas in words, where its own schema does not see it."""

from __future__ import annotations

from collections.abc import Iterator

from mockade.contract.discriminators import contradiction_of, mapped_schema
from mockade.contract.document import Document, Node
from mockade.contract.schema_walk import place_of, walk
from mockade.errors import Finding
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
        yield Finding(place, message, "Write items: {} for any.", "schema", "warning")
    if words.get("readOnly") is True and words.get("writeOnly") is True:
        message = "A property is not both readOnly and writeOnly: nobody could send it."
        yield Finding(schema.source.child("writeOnly").place(), message, "", "schema", "warning")
    contradiction = contradiction_of(schema)
    if contradiction:
        place = schema.source.child("discriminator").place()
        yield Finding(place, contradiction, "It is left out.", "schema", "warning")
    discriminator = schema.get("discriminator")
    for name, target in discriminator.members("mapping") if discriminator is not None else ():
        if isinstance(target.value, str) and mapped_schema(schema, target.value) is None:
            message = f"The mapping of {name!r} leads nowhere: there is no {target.value!r}."
            yield Finding(target.source.place(), message, "", "schema", "warning")
