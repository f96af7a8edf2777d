"""Errors of an API without a dialect: in the shape that its contract documents, filled with what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from http.client import responses
from typing import Any, NamedTuple

from mockade.contract.document import Node, Source
from mockade.contract.operations import Content, Operation
from mockade.contract.properties import properties, types
from mockade.contract.samples import Sampler
from mockade.contract.violations import ABSENT, Violation
from mockade.dialects.error_members import (
    Purpose,
    has_code,
    has_sentence,
    is_code_alone,
    purpose,
    same_code,
)
from mockade.dialects.problem_members import has_text, with_problem

_NUMBERED = frozenset({"status", "state", "code"})
"""The purposes of numbers that are the status."""

_DEEPEST = 6
"""How deep an error body may go; an error may contain errors."""

_ERRORS = frozenset({"error", "details", "reason", "fault"})
"""What may be an object in which an error is worded."""

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

    The shapes of the status itself come first, then of its range, of other 4xx, and of `default`. One in
    which nothing can be said is taken only where it is that of the status.
    """
    for rank, content in _candidates(list(operations), facts.status):
        body = filled_error(content, facts)
        if body is not ABSENT and (rank < _OTHERS or has_text(body)):
            return body
    return ABSENT


def filled_error(content: Content, facts: ErrorFacts) -> Any:
    """A value of the content's schema that says the facts; ABSENT where none of them fits.

    Where no property is for them, they are told in the members of a problem, if the schema allows these.
    """
    if content.schema is None or content.validator is None:
        return ABSENT
    # With the code where there is a place for it; where it does not fit there, without.
    for says_code in (True, False):
        body = _Filler(facts, says_code=says_code).filled(content.schema, _Part("", facts.message))
        if body is ABSENT or not content.validator.is_valid(body):
            continue
        if has_text(body):
            return body
        told = with_problem(body, facts.status, facts.message, facts.violations)
        return next((one for one in told if content.validator.is_valid(one)), body)
    return ABSENT


_OTHERS = 2
"""The rank of the first shapes that are of another status."""


def _candidates(operations: list[Operation], status: int) -> list[tuple[int, Content]]:
    ranked: list[tuple[int, Content]] = []
    for operation in operations:
        for name, response in operation.responses.items():
            content = response.json
            if content is None or content.validator is None:
                continue
            if name in (str(status), f"{status // 100}XX"):
                ranked.append((0 if name == str(status) else 1, content))
            elif name.startswith("4"):
                ranked.append((_OTHERS, content))
            elif name == "default":
                ranked.append((_OTHERS + 1, content))
    return sorted(ranked, key=lambda pair: pair[0])


class _Part(NamedTuple):
    """A part of an error body: the name it stands under, what it is for and about, and what it is in."""

    name: str
    message: str
    violation: Violation | None = None
    above: tuple[Source, ...] = ()
    """The schemas of the objects around it."""
    purpose: Purpose = "sentence"
    beside: frozenset[str] = frozenset()
    """The names of the properties of the whole of which it is an `allOf` part."""

    def within(self, schema: Node) -> _Part:
        return self._replace(above=(*self.above, schema.source))


class _Filler:
    """Makes one error body."""

    def __init__(self, facts: ErrorFacts, *, says_code: bool) -> None:
        self.facts = facts
        self._says_code = says_code
        self._sampler = Sampler(lambda: facts.now, lambda: _NIL_UUID)

    def filled(self, schema: Node, part: _Part) -> Any:
        """A value for `schema`, which describes `part` of an error body."""
        value = schema.value if isinstance(schema.value, dict) else {}
        if not self._sampler.spend() or len(part.above) > _DEEPEST:
            return self._sampler.sample(schema)
        whole = self._filled_object(schema, part)
        beside = part.beside or _names(schema)
        for one in schema.listed("allOf"):
            made = self.filled(one, part.within(schema)._replace(beside=beside))
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
            option = self._option(value, part) if part.purpose == "code" else None
            return option if option is not None else self._sampler.sample(schema)
        return self._leaf(schema, types, part)

    def _leaf(self, schema: Node, types: list[str], part: _Part) -> Any:
        if "string" in types:
            said = self._text(schema, part)
            if said is not None:
                return said
        if ("integer" in types or "number" in types) and part.purpose in _NUMBERED:
            return self.facts.status
        return self._sampler.sample(schema)

    def _text(self, schema: Node, part: _Part) -> str | None:
        """What a text says by its purpose; None where it has none."""
        match part.purpose:
            case "path":
                return part.violation.pointer if part.violation else ""
            case "sentence":
                return part.message
            case "phrase":
                return responses.get(self.facts.status, part.message)
            case "status":
                return str(self.facts.status)
            case "code":
                if part.violation is not None:
                    return part.violation.rule
                return "about:blank" if schema.text("format") in ("uri", "url") else self.facts.code
            case "blank":
                return "about:blank"
        return None

    def _option(self, words: Mapping[str, Any], part: _Part) -> str | None:
        """The option of an enum that is the code; None where none is."""
        options = words.get("enum", ())
        code = part.violation.rule if part.violation else self.facts.code
        listed = options if isinstance(options, list) else ()
        return next((option for option in listed if same_code(option, code)), None)

    def _filled_list(self, schema: Node, part: _Part) -> list[Any]:
        """One item per violation; of a single violation, the steps to where it was."""
        if part.purpose == "path":
            return [str(step) for step in (part.violation.path if part.violation else ())]
        items = schema.get("items")
        if items is None or part.violation is not None:
            return []
        messages: list[tuple[str, Violation | None]] = [(v.message, v) for v in self.facts.violations]
        # A list of texts is one of sentences, whatever it is called, unless it says that it is one of codes.
        aim: Purpose = "code" if is_code_alone(part.name) else "sentence"
        item = part.within(schema)._replace(purpose=aim)
        return [
            self.filled(items, item._replace(message=message, violation=violation))
            for message, violation in messages or [(part.message, None)]
        ]

    def _filled_object(self, schema: Node, part: _Part) -> dict[str, Any]:
        value = schema.value if isinstance(schema.value, dict) else {}
        required = value.get("required", ())
        own = dict(schema.members("properties"))
        beside = part.beside or _names(schema)
        again = schema.source in part.above
        body = {}
        for name, node in own.items():
            member = part.within(schema)._replace(
                name=name, purpose=purpose(name, beside), beside=frozenset()
            )
            is_required = name in required
            if is_required or self._is_worth_saying(node, member, beside, again=again):
                made = self.filled(node, member)
                if is_required or not _says_nothing(made):
                    body[name] = made
        return body

    def _is_worth_saying(self, schema: Node, part: _Part, beside: frozenset[str], *, again: bool) -> bool:
        """Whether a property is filled in that need not be there.

        An error says what it can of itself; the errors that it may contain in turn only what they must.
        """
        kinds, words = types(schema), schema.value if isinstance(schema.value, dict) else {}
        if part.name.lower() in _ERRORS and kinds == {"array"}:
            return not again and (bool(self.facts.violations) or not has_sentence(beside - {part.name}))
        if part.purpose in ("sentence", "phrase") or part.name.lower() in _ERRORS:
            return "string" in kinds or not again
        if part.purpose == "path":
            return part.violation is not None and not kinds.isdisjoint({"string", "array"})
        if part.purpose == "list" and not again and types(schema.get("items")) == {"string"}:
            return bool(self.facts.violations) or not has_sentence(beside)
        if not self._says_code:
            return False
        if part.purpose == "code":
            if "enum" in words or "const" in words:
                return self._option(words, part) is not None
            return "string" in kinds
        if part.purpose == "list":
            is_needed = bool(self.facts.violations) or not has_code(beside)
            return is_needed and not again and has_code(properties(schema.get("items")))
        return part.purpose in _NUMBERED and not kinds.isdisjoint({"integer", "number"})


def _says_nothing(made: Any) -> bool:
    """Whether a part is empty objects alone: none of their properties is for anything that is known."""
    return made == {} or (isinstance(made, list) and all(one == {} for one in made))


def _names(schema: Node) -> frozenset[str]:
    """The names of an object's properties, but for numbers that are called a code: no code fits there."""
    numbers = {"integer", "number"}
    return frozenset(
        name
        for name, node in properties(schema).items()
        if not (is_code_alone(name) and types(node) and types(node) <= numbers)
    )
