"""Errors of an API without a dialect: in the shape that its contract documents, filled with what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from mockade.contract.document import Node, Source
from mockade.contract.operations import Content, Operation
from mockade.contract.samples import Sampler
from mockade.contract.violations import ABSENT, Violation

_SENTENCES = frozenset(
    {"message", "msg", "error", "detail", "details", "description", "desc", "reason", "title"}
    | {"error_description", "errormessage"}
)
_PATHS = frozenset({"loc", "path", "field", "pointer", "location", "parameter", "property", "instance"})
_DEEPEST = 6
"""How deep an error body may go; an error may contain errors."""

_NIL_UUID = "00000000-0000-0000-0000-000000000000"


class ErrorFacts(NamedTuple):
    """What an error body has to say: status, code, message, time and violations."""

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


def error_body(operations: Iterable[Operation], facts: ErrorFacts) -> Any:
    """A body in the first documented error shape that takes `facts`, ABSENT where none does.

    The shapes of the status itself come first, then of its range, of other 4xx, and of `default`.
    """
    for content in _candidates(list(operations), facts.status):
        body = _Filler(facts).filled(content.schema, _Part("", facts.message)) if content.schema else ABSENT
        if body is not ABSENT and content.validator is not None and content.validator.is_valid(body):
            return body
    return ABSENT


def _candidates(operations: list[Operation], status: int) -> list[Content]:
    ranked: list[tuple[int, Content]] = []
    for operation in operations:
        for name, response in operation.responses.items():
            content = response.json
            if content is None or content.validator is None:
                continue
            if name in (str(status), f"{status // 100}XX"):
                ranked.append((0 if name == str(status) else 1, content))
            elif name.startswith("4"):
                ranked.append((2, content))
            elif name == "default":
                ranked.append((3, content))
    return [content for _, content in sorted(ranked, key=lambda pair: pair[0])]


class _Part(NamedTuple):
    """A part of an error body: the name it stands under, what it is about, and what it is in."""

    name: str
    message: str
    violation: Violation | None = None
    above: tuple[Source, ...] = ()
    """The schemas of the objects around it."""

    def within(self, schema: Node) -> _Part:
        return self._replace(above=(*self.above, schema.source))


class _Filler:
    """Makes one error body."""

    def __init__(self, facts: ErrorFacts) -> None:
        self.facts = facts
        self._sampler = Sampler(facts.now, lambda: _NIL_UUID)

    def filled(self, schema: Node, part: _Part) -> Any:
        """A value for `schema`, which describes `part` of an error body."""
        value = schema.value if isinstance(schema.value, dict) else {}
        if not self._sampler.spend() or len(part.above) > _DEEPEST:
            return self._sampler.sample(schema)
        whole = self._filled_object(schema, part)
        for one in schema.listed("allOf"):
            made = self.filled(one, part.within(schema))
            if made is None:
                continue
            if not isinstance(made, dict):
                return made
            whole |= made
        for keyword in ("oneOf", "anyOf"):
            forms = (self.filled(one, part.within(schema)) for one in schema.listed(keyword))
            form = next((form for form in forms if form is not None), None)
            if form is not None:
                return whole | form if isinstance(form, dict) else form
        types = value.get("type", "object" if "properties" in value or "allOf" in value else "")
        types = types if isinstance(types, list) else [types]
        if "object" in types:
            return whole
        if "array" in types:
            return self._filled_list(schema, part)
        if "enum" in value or "const" in value:
            return self._sampler.sample(schema)
        return self._leaf(schema, types, part)

    def _leaf(self, schema: Node, types: list[str], part: _Part) -> Any:
        word, violation = part.name.lower(), part.violation
        if "string" in types:
            if word in _PATHS:
                return violation.pointer if violation else ""
            if word in _SENTENCES or not word:
                return part.message
            if "code" in word or word == "type":
                return violation.rule if violation else self.facts.code
        if ("integer" in types or "number" in types) and ("status" in word or "code" in word):
            return self.facts.status
        return self._sampler.sample(schema)

    def _filled_list(self, schema: Node, part: _Part) -> list[Any]:
        """One item per violation; of a single violation, the steps to where it was."""
        if part.name.lower() in _PATHS:
            return [str(step) for step in (part.violation.path if part.violation else ())]
        items = schema.get("items")
        if items is None or part.violation is not None:
            return []
        messages: list[tuple[str, Violation | None]] = [(v.message, v) for v in self.facts.violations]
        # A list of texts is one of sentences, whatever it is called, unless it says that it is one of codes.
        item = part.within(schema)._replace(name=part.name if "code" in part.name.lower() else "")
        return [
            self.filled(items, item._replace(message=message, violation=violation))
            for message, violation in messages or [(part.message, None)]
        ]

    def _filled_object(self, schema: Node, part: _Part) -> dict[str, Any]:
        value = schema.value if isinstance(schema.value, dict) else {}
        required = value.get("required", ())
        properties = schema.get("properties")
        again = schema.source in part.above
        body = {}
        for name, node in properties.items() if properties else ():
            # An error says what it can of itself; the errors that it may contain in turn only what they must.
            worth_saying = name.lower() in _SENTENCES and not (again and not _is_text(node))
            if name in required or worth_saying:
                body[name] = self.filled(node, part.within(schema)._replace(name=name))
        return body


def _is_text(schema: Node) -> bool:
    return isinstance(schema.value, dict) and schema.value.get("type") == "string"
