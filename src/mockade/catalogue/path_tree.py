"""Which operation a path belongs to: segment by segment, static before templated, on the undecoded path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import unquote

Target = TypeVar("Target")


class Match(NamedTuple, Generic[Target]):
    """A path that is served: what stands behind each method, and the undecoded values of its parameters."""

    methods: Mapping[str, Target]
    values: tuple[str, ...]
    """In the order of the path."""


LONGEST_MIXED = 256
"""Characters of a segment with several parameters in it: matching one takes cubic time."""


_PARAMETER = re.compile(r"\{[^{}]+\}")


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


class PathTree(Generic[Target]):
    """All paths that are served, of all APIs together.

    OpenAPI has concrete paths win over templated ones, whatever their methods: DELETE on /player/me is a
    405 when /player/me takes only POST, never a visit to /player/{uuid}.
    """

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(self, method: str, path: str, target: Target) -> Target | None:
        """Serve `target` there; when the place is taken nothing changes and its holder is returned."""
        node = self._root
        for segment in path.split("/")[1:]:
            node = self._below(node, segment)
        taken = node.methods.get(method)
        if taken is not None:
            return taken
        node.methods[method] = target
        return None

    @staticmethod
    def _below(node: _Node[Target], segment: str) -> _Node[Target]:
        texts = _PARAMETER.split(segment)
        if len(texts) == 1:
            text = unquote(segment)
            if text not in node.static:
                node.static[text] = _Node()
            return node.static[text]
        if texts == ["", ""]:
            node.any = node.any or _Node()
            return node.any
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
        segments = path.split("/")
        ways: list[tuple[_Node[Target], int, tuple[str, ...]]] = [(self._root, 1, ())]
        """Where to go on, the best way last: a node, the segment that is next, the values so far."""
        while ways:
            node, at, values = ways.pop()
            below: _Node[Target] | None = node
            while below is not None:
                node = below
                if at == len(segments):
                    if node.methods:
                        return Match(node.methods, values)
                    break
                segment = segments[at]
                at += 1
                if segment and node.any is not None:
                    ways.append((node.any, at, (*values, segment)))
                if node.mixed and len(segment) <= LONGEST_MIXED:
                    for mixed, behind in reversed(node.mixed):
                        parts = mixed.pattern.fullmatch(segment)
                        if parts is not None:
                            ways.append((behind, at, (*values, *parts.groups())))
                # %70layer is player, as every server reads it; an encoded slash divides nothing.
                below = node.static.get(unquote(segment) if "%" in segment else segment)
        return None
