"""A departure from the contract, in the one form that feeds error bodies, the journal and the reports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from mockade.contract.document import Source
from mockade.contract.json_pointer import escaped

Where = Literal["path", "query", "header", "cookie", "body", "response"]

_KEPT = 200
"""Characters of a value that are kept once the answer is out."""

ABSENT: Any = object()
"""The value of something that is not there."""


class Violation(NamedTuple):
    """What broke the contract, where, and what the contract asks instead.

    `where` is the part of the exchange and `path` the way into it (`("client_settings", "input")`; a
    parameter's path begins with its name). `rule` is the schema keyword, or one of: `json` (unparsable),
    `style` (not written as the contract says), `absent` (no body), `undeclared`, `lenient` (taken beyond the
    letter). `expected` is what the rule asks (a bound, a type, the options); `value` what was there,
    ABSENT when nothing was.
    A *notice* is legal but suspicious; with `--strict` it counts as a violation.
    """

    where: Where
    path: tuple[str | int, ...]
    rule: str
    message: str
    expected: Any = None
    value: Any = ABSENT
    source: Source | None = None
    notice: bool = False

    @property
    def pointer(self) -> str:
        """The JSON pointer into `where`."""
        return "".join(f"/{escaped(str(step))}" for step in self.path)

    @property
    def place(self) -> str:
        """`file:line:column` of the contract's words, empty when no words stand behind it."""
        return str(self.source.place()) if self.source else ""

    def beside(self, keyword: str) -> Any:
        """The value of another keyword of the schema that was broken, or None."""
        if self.source is None:
            return None
        pointer = self.source.pointer
        # A rule that only the translation wrote (the bounds of 64 bits) has no keyword to step back from.
        around = pointer[:-1] if pointer[-1:] == (self.rule,) else pointer
        schema = self.source.document.value_at(Source(self.source.document, self.source.uri, around))
        return schema.get(keyword) if isinstance(schema, dict) else None

    def enforced(self) -> Violation:
        """The same, counted as a violation."""
        return self._replace(notice=False)

    def brief(self) -> Violation:
        """The same, without holding on to a large value."""
        small = not isinstance(self.value, dict | list) and len(str(self.value)) <= _KEPT
        return self if small else self._replace(value=f"{str(self.value)[:_KEPT]}…")

    def as_data(self) -> dict[str, Any]:
        """As our own answers tell it: where it was, and at which `file:line:column` the contract says so."""
        return {
            "where": self.where,
            "pointer": self.pointer,
            "rule": self.rule,
            "message": self.message,
            "contract": self.place,
        }

    def __str__(self) -> str:
        return violation_line(self.as_data())


class Violated(Exception):
    """A request that breaks the contract; `violations` are all the ways in which it does."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(f"{len(violations)} violations")
        self.violations = violations


def violation_line(violation: Mapping[str, Any]) -> str:
    """A violation in the form of `as_data` in a line: where, what, and the contract's place."""
    at = f"{violation['where']} {violation['pointer']}".rstrip()
    place = f"  [{violation['contract']}]" if violation["contract"] else ""
    return f"{at}: {violation['message']}{place}"
