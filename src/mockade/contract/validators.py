"""Compiled schemas: whether a value fits, and its violations with the contract's places."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import orjson

from mockade.contract.backtracking import KEYWORD, UNTOLD
from mockade.contract.bounded import Bounded, Whole
from mockade.contract.branches import constants, furthest, misses_the_type
from mockade.contract.compiled_together import PartOfWhole
from mockade.contract.cutting import GATE, NAMES
from mockade.contract.document import Document, Node, Source
from mockade.contract.echoes import without_echoes
from mockade.contract.instance_paths import exact_path
from mockade.contract.keyword_places import Keyword, Keywords
from mockade.contract.pieces import Pieces
from mockade.contract.reasons import PieceError, Reasons, about_names, branches_of
from mockade.contract.spread import MANY, Spread, spread
from mockade.contract.violations import Violation, Where
from mockade.contract.wording import (
    BranchErrors,
    Failure,
    explain,
    none_of,
    not_of_format,
    number_format,
    shown_value,
)
from mockade.errors import SetupError
from mockade.hints import Hint, few_hints

Compiled = Whole | Bounded

MAX_VIOLATIONS = 1000
"""Violations of one value that are reported; of a list of a hundred thousand wrong items the first."""

MOST_LISTED = 16 * 1024
"""Bytes of a value, each for every time that it may be looked at, of which the library lists all errors.

It lists all at once, and makes a copy of the part of the value that is wrong for each.
"""


class Validator:
    """One schema, compiled: fast to say yes, thorough to say why not."""

    __slots__ = ("_compile", "_compiled", "_depth", "_document", "_keywords", "_pieces", "_spread", "source")

    def __init__(
        self,
        document: Document,
        source: Source,
        compile: Callable[[], Compiled],
        pieces: Callable[[], Pieces] | None = None,
    ) -> None:
        """`compile` is called when the first value is checked: a schema brings all that it refers to.

        `pieces` are the document's, for values with which the library might never come to an end.
        """
        self._document = document
        self._pieces = pieces
        self._depth = 0
        """How many steps of an error's path lead to the value."""
        self._spread: Spread | None = None
        """How many schemas may be asked about one part of a value; None before that is known."""
        self._compile = compile
        self._compiled: Compiled | None = None
        self._keywords = Keywords(document)
        self.source = source

    def compiled(self) -> Compiled:
        """The schema as the library has compiled it. Raises what compiling raises."""
        if self._compiled is None:
            self._compiled = self._compile()
            if isinstance(self._compiled, PartOfWhole | Bounded):
                self._depth = self._compiled.depth
        return self._compiled

    def is_valid(self, value: Any) -> bool:
        return (self._compiled or self.compiled()).is_valid(value)

    def admits(self, value: Any) -> bool:
        """As `is_valid`, but a schema that cannot be compiled, of which that raises, counts as none."""
        try:
            return self.is_valid(value)
        except SetupError:
            return True

    def violations(self, value: Any, where: Where, path: tuple[str | int, ...] = ()) -> list[Violation]:
        """Everything in `value` that breaks the schema, each thing once; empty when it fits."""
        if self.is_valid(value):
            return []
        compiled = self.compiled()
        reason, is_untold = (
            (compiled.reason, compiled.is_untold) if isinstance(compiled, Bounded) else ("", False)
        )
        found: dict[tuple[Any, ...], Violation] = {}
        hint = few_hints()
        for error in self._errors(compiled, value, is_judged=not reason):
            for violation in self._violations_of(error, value, where, path, hint):
                found.setdefault((violation.path, violation.rule, violation.message), violation)
                if len(found) >= MAX_VIOLATIONS:
                    break
            else:
                continue
            break
        told = without_echoes(list(found.values()), self._keywords.declared)
        if not told or (is_untold and not any(UNTOLD in one.message for one in told)):
            told.append(self._unjudged(reason, where, path))
        return told

    def _errors(self, compiled: Compiled, value: Any, *, is_judged: bool) -> Iterable[Failure]:
        """All that is wrong, as the library lists it where that cannot take long, else piece by piece."""
        if isinstance(compiled, Bounded) and compiled.has_stuck_name:
            return ()
        size = _size(value)
        if self._pieces is None or (is_judged and self._is_listed_soon(value, size)):
            return compiled.iter_errors(value)
        pieces = self._pieces()
        return Reasons(pieces, pieces.number(self._schema()), value, ("",) * self._depth, size)

    def _schema(self) -> Node:
        return Node.at(self.source, self._document.value_at(self.source))

    def _is_listed_soon(self, value: Any, size: int) -> bool:
        measured = self._spread = self._spread or spread(self._schema())
        looks = measured.plain
        if looks >= MANY and measured.remembering < MANY and size <= MOST_LISTED:
            looks = measured.remembering * measured.looks_at(value)
        return looks < MANY and size * looks <= MOST_LISTED

    def _unjudged(self, reason: str, where: Where, path: tuple[str | int, ...]) -> Violation:
        """That a value cannot be told to fit, for some reason, or what is wrong with it."""
        message = (
            f"Whether this fits the schema cannot be told: {reason}. Send less, or nest it less deeply."
            if reason
            else "This does not fit the schema; finding the reason would take too long."
        )
        return Violation(where, path, "schema", message, source=self.source)

    def _violations_of(
        self, error: Failure, value: Any, where: Where, path: tuple[str | int, ...], hint: Hint
    ) -> Iterator[Violation]:
        kind: Any = error.kind  # a class per rule, each with what that rule has to say
        if kind.name == GATE and isinstance(error, PieceError):
            error.postpone()
            return
        context = branches_of(error)
        if type(kind).__name__ in ("AnyOf", "OneOfNotValid"):
            branches, unmapped = self._chosen(error, context)
            if unmapped:
                yield self._unmapped(unmapped, value, where, path, hint)
                return
            told_apart = constants(branches, len(error.instance_path))
            if told_apart is not None:
                yield self._none_of(*told_apart, value, where, path, hint)
                return
            branch = furthest(branches, len(error.instance_path))
            if branch is not None:
                for inner in branch:
                    yield from self._violations_of(inner, value, where, path, hint)
                return
        at = self._at(error, value, path)
        keyword = self._keywords.at(error.absolute_keyword_location or "")
        source, name = keyword.source, kind.name
        if name == "enum" and not keyword.is_written:
            yield self._unmapped([error], value, where, path, hint)
            return
        if name == NAMES or type(kind).__name__ == "PropertyNames":
            for message in about_names(error, hint):
                yield Violation(where, at, "propertyNames", f"A property's name: {message}", source=source)
        elif name in ("additionalProperties", "unevaluatedProperties"):
            known = self._keywords.declared(source)
            for unexpected in kind.unexpected:
                message = f"{unexpected!r} is not allowed here. {hint(unexpected, known)}".rstrip()
                yield Violation(
                    where, (*at, unexpected), "additionalProperties", message, value=unexpected, source=source
                )
        elif name == "required":
            message = f"{kind.property!r} is required."
            yield Violation(where, (*at, kind.property), "required", message, source=source)
        else:
            name, expected, message, source = self._worded(error, context, keyword, hint)
            shown = error.instance
            if keyword.schema.get("format") == "password":
                # Messages appear everywhere: in answers, in logs, in reports.
                message = message.replace(shown_value(shown), "[redacted]")
                shown = "[redacted]"
            yield Violation(where, at, name, message, expected, shown, source)

    def _worded(
        self, error: Failure, context: Sequence[BranchErrors], keyword: Keyword, hint: Hint
    ) -> tuple[str, Any, str, Source | None]:
        """The rule that was broken, what it expects, the sentence for it, and where the contract says so."""
        kind, source = error.kind, keyword.source
        name: str = kind.name
        expected, message = explain(kind, error, context, keyword.schema, hint)
        if name == KEYWORD:
            name, expected = "pattern", keyword.schema.get("pattern")
            message = f"{shown_value(error.instance)} {kind.message}."
        form = number_format(kind, keyword.schema)
        if form and keyword.around is not None:
            name, expected, message = "format", form, not_of_format(error.instance, form)
            source = keyword.around.child("format")
        if name == "not" and source is not None:
            message = self._keywords.described(source) or message
        if name == "pattern" and keyword.description:
            message = f"{message} {keyword.description}"
        return name, expected, message, source

    def _at(self, error: Failure, value: Any, path: tuple[str | int, ...]) -> tuple[str | int, ...]:
        inside = error.instance_path[self._depth :]
        if not inside and not (isinstance(value, dict) and "" in value):
            return path
        return (*path, *exact_path(value, inside, error))

    def _chosen(
        self, error: Failure, branches: Sequence[BranchErrors]
    ) -> tuple[Sequence[BranchErrors], BranchErrors]:
        """The branches that a discriminator leaves; where it leaves none, what each has against the value."""
        if "discriminator" not in self._keywords.at(error.absolute_keyword_location or "").schema:
            return branches, ()
        depth = len(error.instance_path)
        guards = [[one for one in branch if self._is_guard(one, depth)] for branch in branches]
        left = [branch for branch, guard in zip(branches, guards, strict=True) if not guard]
        against = [one for guard in guards for one in guard]
        is_left = any(not misses_the_type(branch, depth) for branch in left)
        return (left, ()) if is_left or not against else (branches, against)

    def _is_guard(self, error: Failure, depth: int) -> bool:
        """Whether a discriminator's value is not one that chooses the branch: nobody wrote that keyword."""
        return (
            error.kind.name in ("enum", "not")
            and len(error.instance_path) == depth + 1
            and not self._keywords.at(error.absolute_keyword_location or "").is_written
        )

    def _none_of(
        self,
        error: Failure,
        options: list[Any],
        value: Any,
        where: Where,
        path: tuple[str | int, ...],
        hint: Hint,
    ) -> Violation:
        """A value that is none of those by which the forms allowed are told apart."""
        source = self._keywords.at(error.absolute_keyword_location or "").source
        at = self._at(error, value, path)
        message = none_of(error.instance, options, hint)
        return Violation(where, at, "enum", message, options, error.instance, source)

    def _unmapped(
        self, errors: BranchErrors, value: Any, where: Where, path: tuple[str | int, ...], hint: Hint
    ) -> Violation:
        """A discriminator's value that chooses nothing; `errors` tell the values that do."""
        first = errors[0]
        options = [one for error in errors for one in getattr(error.kind, "options", ())]
        names = list(dict.fromkeys(map(str, options)))
        source = self._keywords.around_with("discriminator", first.absolute_keyword_location or "")
        message = f"{shown_value(first.instance)} is none of the values that the discriminator has."
        message = f"{message} {hint(str(first.instance), names)}".rstrip()
        at = self._at(first, value, path)
        source = source.child("discriminator") if source is not None else None
        return Violation(where, at, "discriminator", message, names, first.instance, source)


def _size(value: Any) -> int:
    """The bytes of a value as JSON, and more than are listed soon where JSON cannot hold it."""
    try:
        return len(orjson.dumps(value, default=str))
    except (TypeError, ValueError):
        return MOST_LISTED + 1
