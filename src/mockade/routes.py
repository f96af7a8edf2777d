"""Which operation a path belongs to: segment by segment, static before templated, on the undecoded path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")


class Match(NamedTuple, Generic[Target]):
    """A path that is served: what stands behind each method, and the undecoded path parameters.

    They are in the order of the path, under the names of the template that was added first.
    """

    methods: Mapping[str, Target]
    parameters: dict[str, str]


LONGEST_MIXED = 256
"""Characters of a segment with several parameters in it: matching one takes cubic time."""


class _Mixed(NamedTuple):
    """A segment that is neither all text nor one parameter, such as `{id}:promote`."""

    literals: int
    pattern: re.Pattern[str]


@dataclass(slots=True)
class _Node(Generic[Target]):
    """A point in the tree of segments."""

    static: dict[str, _Node[Target]] = field(default_factory=dict)
    mixed: list[tuple[_Mixed, _Node[Target]]] = field(default_factory=list)
    any: _Node[Target] | None = None
    methods: dict[str, Target] = field(default_factory=dict)
    names: tuple[str, ...] = ()
    """What the first template that ends here calls its parameters; another may call them otherwise."""


class Routes(Generic[Target]):
    """All paths that are served, of all APIs together.

    OpenAPI has concrete paths win over templated ones, whatever their methods: DELETE on /player/me is a
    405 when /player/me takes only POST, never a visit to /player/{uuid}.
    """

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(self, method: str, path: str, target: Target) -> Target | None:
        """Serve `target` there; when the place is taken nothing changes and its holder is returned."""
        node, names = self._root, []
        for segment in path.split("/")[1:]:
            parameters = re.findall(r"\{([^{}]+)\}", segment)
            names += parameters
            node = self._below(node, segment, parameters)
        taken = node.methods.get(method)
        if taken is not None:
            return taken
        if not node.methods:
            node.names = tuple(names)
        node.methods[method] = target
        return None

    @staticmethod
    def _below(node: _Node[Target], segment: str, parameters: list[str]) -> _Node[Target]:
        if not parameters:
            return node.static.setdefault(unquote(segment), _Node())
        if segment == "{" + parameters[0] + "}":
            node.any = node.any or _Node()
            return node.any
        texts = re.split(r"\{[^{}]+\}", segment)
        mixed = _Mixed(sum(map(len, texts)), re.compile("([^/]+)".join(map(re.escape, texts))))
        for known, below in node.mixed:
            if known == mixed:
                return below
        below = _Node()
        node.mixed.append((mixed, below))
        node.mixed.sort(key=lambda pair: -pair[0].literals)
        return below

    def match(self, path: str) -> Match[Target] | None:
        """What is served at an undecoded `path`, or None. Parameters never match an empty segment."""
        values: list[str] = []
        node = self._walk(self._root, path.split("/")[1:], 0, values)
        if node is None:
            return None
        return Match(dict(node.methods), dict(zip(node.names, values, strict=True)))

    def _walk(
        self, node: _Node[Target], segments: Sequence[str], at: int, values: list[str]
    ) -> _Node[Target] | None:
        if at == len(segments):
            return node if node.methods else None
        segment = segments[at]
        # %70layer is player, as every server reads it; an encoded slash divides nothing.
        below = node.static.get(unquote(segment) if "%" in segment else segment)
        if below is not None:
            found = self._walk(below, segments, at + 1, values)
            if found is not None:
                return found
        if not segment:
            return None
        so_far = len(values)
        for mixed, below in node.mixed if len(segment) <= LONGEST_MIXED else ():
            parts = mixed.pattern.fullmatch(segment)
            if parts is not None:
                values += parts.groups()
                found = self._walk(below, segments, at + 1, values)
                if found is not None:
                    return found
                del values[so_far:]
        if node.any is not None:
            values.append(segment)
            found = self._walk(node.any, segments, at + 1, values)
            if found is not None:
                return found
            del values[so_far:]
        return None
