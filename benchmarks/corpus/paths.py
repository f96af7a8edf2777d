"""What the form of paths says: which one is a collection, which of its items, and whose ids each takes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from benchmarks.corpus.contracts import PARAMETER, Operation

_EXTENSION = re.compile(r"\.[a-z]{2,5}$")
_ITEM = re.compile(r"\{\}(:[A-Za-z]+|\.[a-z]{2,5})?")


class Place(NamedTuple):
    """A parameter of a path."""

    name: str
    base: str
    """The form of the collection whose key stands here; empty where it is not alone in its segment."""
    noun: str
    """The last word before it; empty before another parameter."""


class CollectionPath(NamedTuple):
    """A collection: a path with a POST, and the path of its items with a GET."""

    path: str
    item: str
    on_collection: dict[str, Operation]
    """By method."""
    on_item: dict[str, Operation]

    @property
    def place(self) -> Place:
        return places(self.item)[-1]


def form(path: str) -> str:
    """A path without its parameters' names, a last slash, and extensions such as `.json`."""
    segments = PARAMETER.sub("{}", path).rstrip("/").split("/")
    return "/".join(_EXTENSION.sub("", segment) for segment in segments)


def noun(of_form: str) -> str:
    """The last segment that is no parameter."""
    return next((one for one in reversed(of_form.split("/")) if one and "{" not in one), "")


def places(path: str) -> tuple[Place, ...]:
    """The parameters of a path, in its order."""
    found: list[Place] = []
    before = ""
    segments = path.split("/")[1:]
    for segment, after in zip(segments, [*segments[1:], ""], strict=True):
        names = PARAMETER.findall(segment)
        alone = len(names) == 1 and _ITEM.fullmatch(PARAMETER.sub("{}", segment))
        # Of two in a row the first is no key of what the word before them names: /repos/{owner}/{repo}.
        of = "" if PARAMETER.match(after) else noun(before)
        found += [Place(name, before if alone else "", of) for name in names]
        before = f"{before}{form(f'/{segment}')}"
    return tuple(found)


def ends_with_item(path: str) -> bool:
    return form(path).endswith("/{}")


def by_form(operations: Iterable[Operation]) -> dict[str, dict[str, Operation]]:
    """The operations of each form of path, by method; of two with one form the first counts."""
    found: dict[str, dict[str, Operation]] = {}
    for one in operations:
        found.setdefault(form(one.path), {}).setdefault(one.method, one)
    return found


def collections(operations: Iterable[Operation]) -> Iterator[CollectionPath]:
    """Those with a POST on the collection and a GET of its items, parents first."""
    forms = by_form(operations)
    for one in sorted(forms, key=lambda one: one.count("{}")):
        of_items = forms.get(f"{one}/{{}}", {})
        if one and not ends_with_item(one) and "POST" in forms[one] and "GET" in of_items:
            yield CollectionPath(forms[one]["POST"].path, of_items["GET"].path, forms[one], of_items)
