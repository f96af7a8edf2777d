"""Error bodies that have no place for what is wrong: it is said in members that the schema allows beside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockade.contract.violations import Violation
from mockade.errors import problem_details

_EMPTY: tuple[Any, ...] = ({}, [], "", None)


def has_text(body: Any) -> bool:
    """Whether there is any text in an error body."""
    if isinstance(body, dict):
        return any(map(has_text, body.values()))
    if isinstance(body, list):
        return any(map(has_text, body))
    return isinstance(body, str) and bool(body)


def with_problem(body: Any, status: int, message: str, violations: Sequence[Violation]) -> Iterator[Any]:
    """The body with the members of RFC 9457 beside its own, where it is an object or nothing; best first.

    What is within an object that says nothing (`{"error": {}}`) is said there.
    """
    members: dict[str, Any] = problem_details(status, message)
    whole = {**members, "violations": [one.as_data() for one in violations]} if violations else members
    for said in (whole, members, {"title": members["title"], "detail": members["detail"]}):
        yield from _beside(body, said)


def _beside(body: Any, members: dict[str, Any]) -> Iterator[Any]:
    if body in _EMPTY:
        yield members
    if isinstance(body, list):
        if all(one in _EMPTY for one in body):
            yield [members]
        return
    if isinstance(body, dict):
        for name, value in body.items():
            if value in _EMPTY or isinstance(value, dict):
                yield from ({**body, name: one} for one in _beside(value, members))
        yield {**members, **body}  # a member of the contract's own wins
