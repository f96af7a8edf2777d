"""The forms that a `oneOf` or `anyOf` allows: which one was meant, by what each has against a value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mockade.contract.wording import BranchErrors, Failure

Constants = tuple[Failure, list[Any]]
"""The first error at a value that no form has, and the values that the forms have there."""


def misses_the_type(branch: BranchErrors, depth: int) -> bool:
    return any(
        error.kind.name in ("type", "const", "enum") and len(error.instance_path) == depth for error in branch
    )


def furthest(branches: Sequence[BranchErrors], depth: int) -> BranchErrors | None:
    """The branch that the value, `depth` steps in, was most likely meant for; None when all miss its type."""

    def distance(branch: BranchErrors) -> tuple[int, int]:
        wrong_tag = sum(error.kind.name in ("const", "enum") for error in branch)
        return wrong_tag, len(branch)

    fitting = [branch for branch in branches if branch and not misses_the_type(branch, depth)]
    return min(fitting, key=distance, default=None)


def constants(branches: Sequence[BranchErrors], depth: int) -> Constants | None:
    """The values by which the branches are told apart, where the value, `depth` steps in, has none of them.

    They stand at one place in all branches that take its type: the value itself, or a property of it. None
    where there are no two such branches.
    """
    by_branch = [_constants_of(branch) for branch in branches if not _takes_other_type(branch, depth)]
    if len(by_branch) < 2:
        return None
    places = [place for place in by_branch[0] if all(place in others for others in by_branch[1:])]
    if not places:
        return None
    errors = [others[min(places, key=len)] for others in by_branch]
    options: list[Any] = []
    for error in errors:
        options += [one for one in _options(error) if one not in options]
    return errors[0], options


def _takes_other_type(branch: BranchErrors, depth: int) -> bool:
    return any(error.kind.name == "type" and len(error.instance_path) == depth for error in branch)


def _constants_of(branch: BranchErrors) -> dict[tuple[str | int, ...], Failure]:
    """The errors at values that had to be one of some, by their places."""
    return {tuple(error.instance_path): error for error in branch if error.kind.name in ("const", "enum")}


def _options(error: Failure) -> list[Any]:
    kind: Any = error.kind
    return [kind.expected_value] if kind.name == "const" else list(kind.options)
