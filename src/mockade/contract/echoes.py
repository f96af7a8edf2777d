"""What is told to be wrong twice: once as it is, and once as what no schema has looked at."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mockade.contract.document import Source
from mockade.contract.violations import Violation


def without_echoes(
    found: list[Violation], declared: Callable[[Source | None], Sequence[str]]
) -> list[Violation]:
    """Without what is unevaluated only because it, or a part that declares it, is told to be wrong.

    `declared` gives the properties that the schema around a keyword declares.
    """
    if not any(map(_is_unevaluated, found)):
        return found
    plain = [one.path for one in found if not _is_unevaluated(one)]
    broken = {path[:length] for path in plain for length in range(len(path) + 1)}
    holders = {one.path[:length] for one in found for length in range(len(one.path))}

    def is_echo(one: Violation) -> bool:
        if one.path in holders or (one.path in broken and one.rule == "additionalProperties"):
            return True
        return one.path[:-1] in broken and one.value in declared(one.source)

    return [one for one in found if not (_is_unevaluated(one) and is_echo(one))]


def _is_unevaluated(violation: Violation) -> bool:
    keyword = violation.source.pointer[-1:] if violation.source is not None else ()
    return keyword in (("unevaluatedProperties",), ("unevaluatedItems",))
