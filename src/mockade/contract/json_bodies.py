"""The JSON that an operation takes, and that it answers with when all goes well."""

from __future__ import annotations

from mockade.contract.document import SKETCH, Node
from mockade.contract.operations import NO_BODY, Operation
from mockade.contract.sketches import shape


def success_schema(operation: Operation | None) -> Node | None:
    """The schema of the JSON body of an operation's success response, or the shape of its example.

    None where it has neither.
    """
    if operation is None or operation.success >= 300 or operation.success in NO_BODY:
        return None
    response = operation.response(operation.success)
    content = response.json if response else None
    return shape(content.media) if content else None


def is_sketched(operation: Operation) -> bool:
    """Whether nothing but an example says what the JSON of its success is."""
    schema = success_schema(operation)
    return schema is not None and SKETCH in schema.pointer


def request_schema(operation: Operation | None) -> Node | None:
    """The schema of the JSON body that an operation takes; None where it takes none."""
    contents = operation.body.contents if operation is not None and operation.body is not None else {}
    return next((one.schema for one in contents.values() if one.is_json), None)


def answers_json(operation: Operation) -> bool:
    """Whether an operation's success response has a body of JSON."""
    response = operation.response(operation.success)
    return response is not None and response.json is not None
