"""Errors of an API that has no dialect: in the shape that its contract documents, filled with what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mockade.contract.document import Node
from mockade.contract.operations import Content, Operation
from mockade.contract.samples import sample
from mockade.contract.violations import ABSENT, Violation

_SENTENCES = frozenset(
    "message msg error detail details description desc reason title error_description errormessage".split()
)
_PATHS = frozenset("loc path field pointer location parameter property instance".split())
_NIL_UUID = "00000000-0000-0000-0000-000000000000"


class Trouble(NamedTuple):
    """What an error body has to tell."""

    status: int
    code: str
    message: str
    now: str
    violations: Sequence[Violation] = ()


def documented_status(operation: Operation | None, status: int) -> int:
    """`status`, or its sister where the operation documents only that: 422 for 400, 403 for 401."""
    sister = {400: 422, 401: 403}.get(status)
    if operation is None or sister is None or str(status) in operation.responses:
        return status
    return sister if str(sister) in operation.responses else status


def error_body(operations: Iterable[Operation], trouble: Trouble) -> Any:
    """A body in the first documented error shape that takes `trouble`, ABSENT where none does.

    The shapes of the status itself come first, then those of other 4xx, then `default`.
    """
    for content in _candidates(list(operations), trouble.status):
        body = _filled(content.schema, "", trouble, trouble.message) if content.schema else ABSENT
        if body is not ABSENT and content.check is not None and content.check.fits(body):
            return body
    return ABSENT


def _candidates(operations: list[Operation], status: int) -> list[Content]:
    ranks: list[tuple[int, Content]] = []
    for operation in operations:
        for name, response in operation.responses.items():
            content = response.json()
            if content is None or content.check is None:
                continue
            if name == str(status):
                ranks.append((0, content))
            elif name.startswith("4"):
                ranks.append((1, content))
            elif name == "default":
                ranks.append((2, content))
    return [content for _, content in sorted(ranks, key=lambda pair: pair[0])]


def _filled(
    schema: Node, name: str, trouble: Trouble, message: str, violation: Violation | None = None
) -> Any:
    """A value for `schema`, the part of an error body that stands under `name`."""
    word = name.lower()
    value = schema.value if isinstance(schema.value, dict) else {}
    types = value.get("type", "object" if "properties" in value else "")
    types = types if isinstance(types, list) else [types]
    if "object" in types:
        return _filled_object(schema, trouble, message, violation)
    if "array" in types:
        items = schema.get("items")
        if items is None:
            return []
        if word in _PATHS:
            return [
                step if isinstance(step, str) else str(step) for step in (violation.path if violation else ())
            ]
        told = [(v.message, v) for v in trouble.violations] or [(message, None)]
        return [_filled(items, name, trouble, text, v) for text, v in told]
    if "enum" not in value and "const" not in value:
        if "string" in types:
            if word in _PATHS:
                return violation.pointer if violation else ""
            if word in _SENTENCES or not word:
                return message
            if "code" in word or word == "type":
                return violation.rule if violation else trouble.code
        if ("integer" in types or "number" in types) and ("status" in word or "code" in word):
            return trouble.status
    for keyword in ("allOf", "oneOf", "anyOf"):
        parts = schema.get(keyword)
        for part in parts.list() if parts else ():
            return _filled(part, name, trouble, message, violation)
    return sample(schema, now=trouble.now, uuid=lambda: _NIL_UUID)


def _filled_object(
    schema: Node, trouble: Trouble, message: str, violation: Violation | None
) -> dict[str, Any]:
    required = schema.value.get("required", ())
    properties = schema.get("properties")
    body = {}
    for name, node in properties.items() if properties else ():
        if name in required or name.lower() in _SENTENCES:
            body[name] = _filled(node, name, trouble, message, violation)
    return body
