"""The examples and defaults of a contract, each with the schema that it has to fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, NamedTuple

from mockade.contract.contract import Contract
from mockade.contract.document import Node, Source
from mockade.contract.operations import Content
from mockade.contract.response_view import flagged_members
from mockade.contract.schema_walk import place_of, walk
from mockade.contract.validators import Validator
from mockade.contract.violations import Violation
from mockade.validation.standard import inner_schemas, members, outermost_schemas

Kind = Literal["example", "default"]


class Example(NamedTuple):
    """A value that a contract gives. It fits when one of its `validators` has nothing against it."""

    node: Node
    validators: tuple[Validator, ...]
    """The schema; where requests and responses read it otherwise, both: an example may be of either."""
    kind: Kind = "example"

    def violations(self) -> list[Violation]:
        """What the first validator has against the value; empty when any validator accepts it."""
        if any(validator.is_valid(self.node.value) for validator in self.validators):
            return []
        return self.validators[0].violations(self.node.value, "response")


def examples(contract: Contract) -> Iterator[Example]:
    """The examples of bodies, parameters and headers, then those and the defaults of schemas."""
    for operation in contract.operations:
        for parameter in operation.parameters:
            if parameter.validator is not None:
                yield from _with(parameter.validator, parameter.examples)
        if operation.body is not None:
            yield from _of_contents(operation.body.contents)
        for response in operation.responses.values():
            yield from _of_contents(response.contents)
            for header in response.headers.values():
                if header.validator is not None:
                    node = Node.at(header.source, contract.document.value_at(header.source))
                    yield from _with(header.validator, _beside_schema(node))
    outermost = outermost_schemas(contract.document)
    roots = [contract.document.follow(Node.at(source, value)) for source, value in outermost]
    # All of them before the first is checked: what leads to many schemas is compiled together.
    yield from [
        one for schema in walk(roots, inner_schemas, place_of) for one in _of_schema(contract, schema)
    ]


def never_sent(contract: Contract) -> Iterator[tuple[Source, str]]:
    """The members of examples that their side never sends, each with the flag that says so.

    An example of a schema's own may be of either side.
    """
    for operation in contract.operations:
        sides = [("writeOnly", response.contents) for response in operation.responses.values()]
        if operation.body is not None:
            sides.append(("readOnly", operation.body.contents))
        for flag, contents in sides:
            for content in contents.values():
                for node in _beside_schema(content.media):
                    for path in flagged_members(node.value, content.schema, flag):
                        yield node.source.child(*path), flag


def _with(validator: Validator, nodes: Iterable[Node]) -> Iterator[Example]:
    for node in nodes:
        yield Example(node, (validator,))


def _of_contents(contents: Mapping[str, Content]) -> Iterator[Example]:
    for content in contents.values():
        if content.validator is not None:
            yield from _with(content.validator, content.examples.values())


def _beside_schema(node: Node) -> Iterator[Node]:
    """The examples that stand beside a schema: one under `example`, or named ones under `examples`."""
    if "example" in node.value:
        yield Node.at(node.source.child("example"), node.value["example"])
    for _, example in members(node.get("examples")):
        if isinstance(example.value, dict) and "value" in example.value:
            yield Node.at(example.source.child("value"), example.value["value"])


def _of_schema(contract: Contract, schema: Node) -> Iterator[Example]:
    """The examples and the default that a schema gives itself."""
    for kind, node in _in_schema(schema):
        as_response = contract.schemas.validator(schema)
        yield Example(node, (as_response, contract.schemas.validator(schema, "request")), kind)


def _in_schema(schema: Node) -> Iterator[tuple[Kind, Node]]:
    """The values under a schema's own `example`, `default` and `examples`."""
    if not isinstance(schema.value, dict):
        return
    kinds: tuple[Kind, ...] = ("example", "default")
    for kind in kinds:
        if kind in schema.value:
            yield kind, Node.at(schema.source.child(kind), schema.value[kind])
    values = schema.value.get("examples")
    if isinstance(values, list):
        for at, value in enumerate(values):
            yield "example", Node.at(schema.source.child("examples", at), value)
