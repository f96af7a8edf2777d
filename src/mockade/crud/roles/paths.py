"""A contract's operations by the form of their paths."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import attrgetter

from mockade.contract.keywords import TEMPLATE
from mockade.contract.operations import Operation

Segments = tuple[str, ...]
"""The segments of a path, parameters written as `{}`."""

_PARAMETER = re.compile(r"\{[^{}]+\}(\.json|\.\{[^{}]+\})?")
"""A segment that is a parameter, with the suffix of a format or without."""

_ODATA = re.compile(r"(\w+)\('?(\{[^{}]+\})'?\)")
"""OData's item path: `Products({id})`."""

_ACTION = re.compile(r"(\{[^{}]+\})(:[\w.]+)")
"""A parameter with the name of an action behind it: `{id}:cancel`."""


def parted(path: str) -> list[str]:
    """The segments of a path as the contract writes them, without formats; actions and OData's keys apart."""
    parts: list[str] = []
    for segment in path.strip("/").split("/"):
        several = _ODATA.fullmatch(segment) or _ACTION.fullmatch(segment)
        parts += several.groups() if several else [segment]
    parts[-1] = re.sub(r"(?<=.)(\.json|\.\{[^{}]+\})\Z", "", parts[-1])
    return parts


def key_parameters(path: str) -> list[str]:
    """The parameters of a path that are segments of it, in their order."""
    return [TEMPLATE.findall(part)[0] for part in parted(path) if _PARAMETER.fullmatch(part)]


class Paths(Mapping[Segments, Mapping[str, Operation]]):
    """Operations by the segments of their path and by method; `/calls.json` is `/calls`."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._methods: dict[Segments, dict[str, Operation]] = {}
        self._compound: dict[Segments, Segments] = {}
        """By their collection's segments, the item paths that end with several parameters."""
        self._choices: dict[str, list[Operation]] = {}
        """By an operation's id, those of its path and method that a query chooses: `POST /files?v=2`."""
        for operation in sorted(operations, key=attrgetter("mark")):
            segments = tuple("{}" if _PARAMETER.fullmatch(part) else part for part in parted(operation.path))
            other = self._methods.get(segments, {}).get(operation.method)
            if other is not None and other.path == operation.path and not other.mark:
                self._choices.setdefault(other.id, []).append(operation)
                continue
            if other is not None:
                segments = tuple(operation.path.strip("/").split("/"))  # there is one without the suffix
            self._methods.setdefault(segments, {})[operation.method] = operation
        for segments in self._methods:
            base = self.base_of(segments)
            if len(segments) > len(base) + 1:
                self._compound.setdefault(base, segments)

    def __getitem__(self, segments: Segments) -> Mapping[str, Operation]:
        return self._methods.get(segments, {})

    def __iter__(self) -> Iterator[Segments]:
        return iter(self._methods)

    def __len__(self) -> int:
        return len(self._methods)

    def __contains__(self, segments: object) -> bool:
        return segments in self._methods

    def base_of(self, segments: Segments) -> Segments:
        """The collection path of an item path: without the parameter, or the several, that make its key."""
        base = segments
        while base and base[-1] == "{}":
            base = base[:-1]
            if base in self._methods:
                break
        return base

    def item_of(self, base: Segments) -> Segments:
        """The item path of a collection path, whether it is there or not."""
        item = (*base, "{}")
        return item if item in self._methods else self._compound.get(base, item)

    def choices(self, segments: Segments, method: str) -> Sequence[Operation]:
        """The operation of a path and method, if any, and those that a query chooses instead."""
        operation = self[segments].get(method)
        return [operation, *self._choices.get(operation.id, ())] if operation is not None else ()

    def both(self, base: Segments) -> Iterator[Operation]:
        """The operations at a collection path and at its item path."""
        for segments in (base, self.item_of(base)):
            yield from self[segments].values()
