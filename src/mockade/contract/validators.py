"""Compiled schemas: whether a value fits, and its violations with the contract's places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urldefrag

import jsonschema_rs

from mockade.contract.compiled_together import PartOfWhole
from mockade.contract.document import Document, Node, Source
from mockade.contract.keywords import PARTS
from mockade.contract.references import steps
from mockade.contract.schema_walk import place_of, walk
from mockade.contract.violations import Violation, Where
from mockade.contract.wording import BranchErrors, explain, not_of_format, number_format, shown_value
from mockade.hints import did_you_mean

Compiled = jsonschema_rs.Validator | PartOfWhole

MAX_VIOLATIONS = 1000
"""Violations of one value that are reported; of a list of a hundred thousand wrong items the first."""


class _Keyword(NamedTuple):
    """A keyword that was broken: where it stands, and the schema around it, empty where that is none.

    One that only the translation has stands where the schema does.
    """

    source: Source | None
    around: Source | None
    """Where the schema stands."""
    schema: dict[str, Any]
    is_written: bool

    @property
    def description(self) -> str:
        """What the schema says of itself in words; empty where it says nothing, or at length."""
        words = self.schema.get("description", "")
        return words.strip() if isinstance(words, str) and len(words) <= 200 else ""


class Validator:
    """One schema, compiled: fast to say yes, thorough to say why not."""

    __slots__ = ("_compile", "_compiled", "_document", "_keywords", "source")

    def __init__(self, document: Document, source: Source, compile: Callable[[], Compiled]) -> None:
        """`compile` is called when the first value is checked: a schema brings all that it refers to."""
        self._document = document
        self._compile = compile
        self._compiled: Compiled | None = None
        self._keywords: dict[str, _Keyword] = {}
        """Those that were broken, by the address that the validator gives them: looking one up takes long."""
        self.source = source

    def compiled(self) -> Compiled:
        """The schema as the library has compiled it. Raises what compiling raises."""
        if self._compiled is None:
            self._compiled = self._compile()
        return self._compiled

    def is_valid(self, value: Any) -> bool:
        return (self._compiled or self.compiled()).is_valid(value)

    def violations(self, value: Any, where: Where, path: tuple[str | int, ...] = ()) -> list[Violation]:
        """Everything in `value` that breaks the schema, each thing once; empty when it fits."""
        if self.is_valid(value):
            return []
        found: dict[tuple[Any, ...], Violation] = {}
        for error in self.compiled().iter_errors(value):
            for violation in self._violations_of(error, value, where, path):
                found.setdefault((violation.path, violation.rule, violation.message), violation)
            if len(found) >= MAX_VIOLATIONS:
                break
        return self._without_echoes(list(found.values()))

    def _without_echoes(self, found: list[Violation]) -> list[Violation]:
        """Without what is unevaluated only because it, or a part that declares it, is told to be wrong."""
        if not any(map(_is_unevaluated, found)):
            return found
        plain = [one.path for one in found if not _is_unevaluated(one)]
        broken = {path[:length] for path in plain for length in range(len(path) + 1)}
        holders = {one.path[:length] for one in found for length in range(len(one.path))}

        def is_echo(one: Violation) -> bool:
            if one.path in holders or (one.path in broken and one.rule == "additionalProperties"):
                return True
            return one.path[:-1] in broken and one.value in self._declared(one.source)

        return [one for one in found if not (_is_unevaluated(one) and is_echo(one))]

    def _violations_of(
        self, error: jsonschema_rs.ValidationError, value: Any, where: Where, path: tuple[str | int, ...]
    ) -> Iterator[Violation]:
        kind: Any = error.kind  # a class per rule, each with what that rule has to say
        context: list[list[jsonschema_rs.ValidationError]] = getattr(kind, "context", None) or []
        if type(kind).__name__ in ("AnyOf", "OneOfNotValid"):
            branches, unmapped = self._chosen(error, context)
            if unmapped:
                yield self._unmapped(unmapped, value, where, path)
                return
            branch = _furthest(branches, len(error.instance_path))
            if branch is not None:
                for inner in branch:
                    yield from self._violations_of(inner, value, where, path)
                return
        at = self._at(error, value, path)
        keyword = self._keyword(error.absolute_keyword_location or "")
        source, name = keyword.source, kind.name
        if name == "enum" and not keyword.is_written:
            yield self._unmapped([error], value, where, path)
            return
        if type(kind).__name__ == "PropertyNames":
            _, message = explain(kind.error.kind, kind.error, (), {})
            yield Violation(where, at, "propertyNames", f"A property's name: {message}", source=source)
        elif name in ("additionalProperties", "unevaluatedProperties"):
            known = self._declared(source)
            for unexpected in kind.unexpected:
                message = f"{unexpected!r} is not allowed here. {did_you_mean(unexpected, known)}"
                yield Violation(
                    where, (*at, unexpected), "additionalProperties", message, value=unexpected, source=source
                )
        elif name == "required":
            message = f"{kind.property!r} is required."
            yield Violation(where, (*at, kind.property), "required", message, source=source)
        else:
            expected, message = explain(kind, error, context, keyword.schema)
            form = number_format(kind, keyword.schema)
            if form and keyword.around is not None:
                name, expected, message = "format", form, not_of_format(error.instance, form)
                source = keyword.around.child("format")
            if name == "not" and source is not None:
                message = self._described(source) or message
            if name == "pattern" and keyword.description:
                message = f"{message} {keyword.description}"
            shown = error.instance
            if keyword.schema.get("format") == "password":
                # Messages appear everywhere: in answers, in logs, in reports.
                message = message.replace(shown_value(shown), "[redacted]")
                shown = "[redacted]"
            yield Violation(where, at, name, message, expected, shown, source)

    def _at(
        self, error: jsonschema_rs.ValidationError, value: Any, path: tuple[str | int, ...]
    ) -> tuple[str | int, ...]:
        compiled = self.compiled()
        inside = error.instance_path[compiled.depth if isinstance(compiled, PartOfWhole) else 0 :]
        return (*path, *_steps(value, inside)) if inside else path

    def _chosen(
        self, error: jsonschema_rs.ValidationError, branches: Sequence[BranchErrors]
    ) -> tuple[Sequence[BranchErrors], BranchErrors]:
        """The branches that a discriminator leaves; where it leaves none, what each has against the value."""
        if "discriminator" not in self._keyword(error.absolute_keyword_location or "").schema:
            return branches, ()
        depth = len(error.instance_path)
        guards = [[one for one in branch if self._is_guard(one, depth)] for branch in branches]
        left = [branch for branch, guard in zip(branches, guards, strict=True) if not guard]
        against = [one for guard in guards for one in guard]
        is_left = any(not _misses_the_type(branch, depth) for branch in left)
        return (left, ()) if is_left or not against else (branches, against)

    def _is_guard(self, error: jsonschema_rs.ValidationError, depth: int) -> bool:
        """Whether a discriminator's value is not one that chooses the branch: nobody wrote that keyword."""
        return (
            error.kind.name in ("enum", "not")
            and len(error.instance_path) == depth + 1
            and not self._keyword(error.absolute_keyword_location or "").is_written
        )

    def _unmapped(
        self, errors: BranchErrors, value: Any, where: Where, path: tuple[str | int, ...]
    ) -> Violation:
        """A discriminator's value that chooses nothing; `errors` tell the values that do."""
        first = errors[0]
        options = [one for error in errors for one in getattr(error.kind, "options", ())]
        names = list(dict.fromkeys(map(str, options)))
        source = self._keyword(first.absolute_keyword_location or "").source
        while source is not None and "discriminator" not in _members(self._document.value_at(source)):
            source = source._replace(pointer=source.pointer[:-1]) if source.pointer else None
        hint = did_you_mean(str(first.instance), names)
        message = f"{shown_value(first.instance)} is none of the values that the discriminator has. {hint}"
        at = self._at(first, value, path)
        source = source.child("discriminator") if source is not None else None
        return Violation(where, at, "discriminator", message, names, first.instance, source)

    def _keyword(self, location: str) -> _Keyword:
        keyword = self._keywords.get(location)
        if keyword is None:
            source = source_at(self._document, location)
            around, schema, is_written = source, None, False
            if source is not None:
                is_written = len(source.pointer) == len(steps(urldefrag(location)[1]))
                around = source._replace(pointer=source.pointer[:-1]) if is_written else source
                schema = self._document.value_at(around)
            keyword = _Keyword(source, around, schema if isinstance(schema, dict) else {}, is_written)
            self._keywords[location] = keyword
        return keyword

    def _described(self, source: Source) -> str:
        """What a contract says in words of a form that it forbids: no keyword says it."""
        words = _members(self._document.value_at(source)).get("description")
        return words.strip() if isinstance(words, str) else ""

    def _declared(self, source: Source | None) -> Sequence[str]:
        """The properties that the schema around a keyword declares, with those of its parts."""
        if source is None:
            return ()

        def below(node: Node) -> Iterator[Node]:
            for keyword in PARTS:
                yield from node.listed(keyword)
            if isinstance(node.value, dict) and "$ref" in node.value:
                yield self._document.target(node.uri, node.value["$ref"])

        around = source._replace(pointer=source.pointer[:-1])
        start = Node.at(around, self._document.value_at(around))
        return [name for node in walk([start], below, place_of) for name, _ in node.members("properties")]


def _steps(value: Any, path: Sequence[str | int]) -> Iterator[str | int]:
    """The way into `value`; the validator takes a property that is called `0` for an item."""
    for step in path:
        if isinstance(value, dict):
            step = str(step)
        yield step
        value = value[step]


def source_at(document: Document, location: str) -> Source | None:
    """The words at `location`, an address of the validator's, else the nearest around; None in no file."""
    uri, fragment = urldefrag(location)
    if uri not in document.files:
        return None
    value = document.files[uri]
    pointer: list[str | int] = []
    for step in steps(fragment):
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
            pointer.append(int(step))
        elif isinstance(value, dict) and step in value:
            value = value[step]
            pointer.append(step)
        else:
            break  # a keyword that only the translation has: what stands around it will do
    return Source(document, uri, tuple(pointer))


def _is_unevaluated(violation: Violation) -> bool:
    keyword = violation.source.pointer[-1:] if violation.source is not None else ()
    return keyword in (("unevaluatedProperties",), ("unevaluatedItems",))


def _members(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _misses_the_type(branch: BranchErrors, depth: int) -> bool:
    return any(
        error.kind.name in ("type", "const", "enum") and len(error.instance_path) == depth for error in branch
    )


def _furthest(branches: Sequence[BranchErrors], depth: int) -> BranchErrors | None:
    """The branch that the value, `depth` steps in, was most likely meant for; None when all miss its type."""

    def distance(branch: BranchErrors) -> tuple[int, int]:
        wrong_tag = sum(error.kind.name in ("const", "enum") for error in branch)
        return wrong_tag, len(branch)

    fitting = [branch for branch in branches if branch and not _misses_the_type(branch, depth)]
    return min(fitting, key=distance, default=None)
