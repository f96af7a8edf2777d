"""Where in a value an error of the library's is: its instance path, told exactly.

The library leaves out names that are empty, and takes one that is digits (`0`, `01`, `+1`) for a position.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockade.contract.wording import Failure

_Steps = tuple[str | int, ...]


def exact_path(value: Any, path: Sequence[str | int], error: Failure) -> _Steps:
    """The steps into `value` that the library tells as `path`; where several may be meant, one of them."""
    steps: list[str | int] = []
    here, is_sure = value, True
    for step in path:
        if isinstance(here, dict):
            is_sure = is_sure and isinstance(step, str) and "" not in here
            step = str(step)
        found = _child(here, step)
        if not found:
            break
        steps.append(step)
        here = found[0]
    else:
        if (is_sure and not (isinstance(here, dict) and "" in here)) or _are_same(here, error.instance):
            return tuple(steps)
    instance = error.instance
    other: _Steps | None = None
    for found_steps, found_value in _readings(value, tuple(path)):
        if _are_same(found_value, instance):
            return found_steps
        other = found_steps if other is None else other
    return tuple(path) if other is None else other


def _readings(value: Any, path: _Steps) -> Iterator[tuple[_Steps, Any]]:
    """Every path into `value` that the library may mean by `path`, and what it leads to."""
    if not path:
        yield (), value
    else:
        for name in _meant(value, path[0]):
            for steps, end in _readings(value[name], path[1:]):
                yield (name, *steps), end
    if isinstance(value, dict) and "" in value:
        for steps, end in _readings(value[""], path):
            yield ("", *steps), end


def _meant(value: Any, step: str | int) -> Iterator[str | int]:
    if not isinstance(value, dict):
        yield from (step,) if _child(value, step) else ()
    elif isinstance(step, str):
        yield from (step,) if step in value else ()
    else:
        for name in value:
            digits = name.removeprefix("+")
            if digits.isascii() and digits.isdecimal() and digits.lstrip("0") == (str(step) if step else ""):
                yield name


def _child(value: Any, step: str | int) -> tuple[Any, ...]:
    """What stands at a step, in a tuple that is empty where nothing does."""
    if isinstance(value, dict):
        return (value[step],) if step in value else ()
    is_item = isinstance(value, list) and isinstance(step, int) and step < len(value)
    return (value[step],) if is_item else ()


def _are_same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)
