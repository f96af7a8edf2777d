"""Objects and arrays that are spread over names in brackets, at any depth: style `deepObject`.

OpenAPI shows one level, and leaves what is below to the implementation. What is read is what clients send:
`a[b][c]=1`, `a[b][]=1`, `a[b][0]=1` and `a[b]=1&a[b]=2`, as the types of the schema ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockade.contract.coercion import Remark, TextTypes

DEEPEST = 32
"""How many brackets a name may have."""


class Misread(Exception):
    """Text that is not what its style asks, in a sentence."""


@dataclass(slots=True)
class _Branch:
    """What came under one name, and under longer ones that begin with it."""

    texts: list[str] = field(default_factory=list)
    below: dict[str, _Branch] = field(default_factory=dict)


Path = tuple[str | int, ...]


def deep_value(
    name: str, found: Iterable[tuple[str, Sequence[str]]], types: TextTypes, told: list[Remark]
) -> Any:
    """The value that is spread over `found`, names that begin with `name` and their texts.

    Raises Misread where they contradict each other, or are no names in brackets.
    """
    root = _Branch()
    for full, texts in found:
        branch = root
        for key in _keys(name, full):
            branch = branch.below.setdefault(key, _Branch())
        branch.texts += texts
    return _value(root, types, told, name, ())


def _keys(name: str, full: str) -> list[str]:
    rest = full[len(name) :]
    if not rest:
        return []
    if rest[0] != "[" or rest[-1] != "]":
        raise Misread(f"{full!r} is no name in brackets such as {name}[a] or {name}[a][b].")
    keys = rest[1:-1].split("][")
    if any("[" in key or "]" in key for key in keys):
        raise Misread(f"The brackets of {full!r} do not fit together.")
    if len(keys) > DEEPEST:
        raise Misread(f"{full[:80]!r} is nested more than {DEEPEST} levels deep.")
    return keys


def _value(branch: _Branch, types: TextTypes, told: list[Remark], name: str, path: Path) -> Any:
    if not branch.below:
        if not types.own and branch.texts[1:]:
            return branch.texts
        return types.value(branch.texts, told, path)
    if branch.texts:
        raise Misread(f"{name!r} came with a value of its own, and with members.")
    keys = list(branch.below)
    if _is_list(keys, types.own):
        return _items(branch, types, told, name, path)
    if "" in branch.below:
        raise Misread(f"{name}[] is an item of an array, and {name!r} is none.")
    return {
        key: _value(below, types.of_member(key), told, f"{name}[{key}]", (*path, key))
        for key, below in branch.below.items()
    }


def _is_list(keys: list[str], types: frozenset[str]) -> bool:
    is_indexed = all(not key or (key.isascii() and key.isdigit()) for key in keys)
    return is_indexed and ("array" in types or (not types and (keys == [""] or "0" in keys)))


def _items(branch: _Branch, types: TextTypes, told: list[Remark], name: str, path: Path) -> list[Any]:
    unnumbered = branch.below.get("")
    if unnumbered is not None:
        if len(branch.below) > 1:
            raise Misread(f"Some items of {name!r} have an index, and some have none.")
        if unnumbered.below:
            raise Misread(f"The items of {name!r} have members: write {name}[0] for the first, and so on.")
        items = types.items.own
        return [
            types.items.value([text], told, (*path, at)) if items else text
            for at, text in enumerate(unnumbered.texts)
        ]
    numbers = sorted(branch.below, key=int)
    if [int(key) for key in numbers] != list(range(len(numbers))):
        raise Misread(f"The items of {name!r} are not numbered 0, 1, 2 and so on, each once.")
    return [
        _value(branch.below[key], types.items, told, f"{name}[{key}]", (*path, at))
        for at, key in enumerate(numbers)
    ]
