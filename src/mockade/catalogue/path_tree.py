"""A tree of path templates, matched segment by segment: static before templated, on the undecoded path."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, NamedTuple, TypeVar
from urllib.parse import quote, unquote

from mockade.contract.keywords import TEMPLATE

Target = TypeVar("Target")


class Match(NamedTuple, Generic[Target]):
    """The targets at a path by method, and the undecoded values of its parameters in their order."""

    methods: Mapping[str, Target]
    values: tuple[str, ...]


LONGEST_MIXED = 256
"""The longest segment, in characters, that is matched against several parameters: that takes cubic time."""


class _Mixed(NamedTuple):
    """A segment of text and parameters, such as `{id}:promote`; `literals` counts its characters of text."""

    literals: int
    pattern: re.Pattern[str]
    preferred: re.Pattern[str] | None
    """Where parameters touch: how the segment is divided if one of them can have only some values."""

    def values(self, segment: str) -> tuple[str, ...] | None:
        """The values of its parameters, None where the segment is another."""
        found = self.preferred.fullmatch(segment) if self.preferred is not None else None
        found = found or self.pattern.fullmatch(segment)
        return found.groups() if found is not None else None


@dataclass(slots=True)
class _Node(Generic[Target]):
    """The paths that begin with the same segments."""

    static: dict[str, _Node[Target]] = field(default_factory=dict)
    mixed: list[tuple[_Mixed, _Node[Target]]] = field(default_factory=list)
    any: _Node[Target] | None = None
    methods: dict[str, Target] = field(default_factory=dict)


class PathTree(Generic[Target]):
    """All paths that are served, of all APIs together.

    OpenAPI has concrete paths win over templated ones, whatever their methods: DELETE on /player/me is a
    405 when /player/me takes only POST, never a call of /player/{uuid}.
    """

    def __init__(self) -> None:
        self._root: _Node[Target] = _Node()

    def add(
        self, method: str, path: str, target: Target, options: Mapping[str, Sequence[str]] | None = None
    ) -> Target | None:
        """Add a target; where there is one already nothing changes and that one is returned.

        `options` are the values that a parameter can have, by its name, where they are few.
        """
        node = self._root
        for segment in path.split("/")[1:]:
            node = self._child(node, segment, options or {})
        taken = node.methods.get(method)
        if taken is not None:
            return taken
        node.methods[method] = target
        return None

    @staticmethod
    def _child(node: _Node[Target], segment: str, options: Mapping[str, Sequence[str]]) -> _Node[Target]:
        texts = TEMPLATE.split(segment)[::2]  # without the names
        if len(texts) == 1:
            text = unquote(segment) if "%" in segment else segment
            if text not in node.static:
                node.static[text] = _Node()
            return node.static[text]
        if texts == ["", ""]:
            node.any = node.any or _Node()
            return node.any
        preferred = _divided(segment, options) if "" in texts[1:-1] and options else None
        pattern = re.compile("([^/]+)".join(map(re.escape, texts)))
        mixed = _Mixed(sum(map(len, texts)), pattern, preferred)
        for at, (known, child) in enumerate(node.mixed):
            if known.pattern == pattern:
                node.mixed[at] = (known._replace(preferred=known.preferred or preferred), child)
                return child
        child = _Node()
        node.mixed.append((mixed, child))
        node.mixed.sort(key=lambda pair: -pair[0].literals)
        return child

    def match(self, path: str) -> Match[Target] | None:
        """The match of an undecoded path, or None. Parameters never match an empty segment."""
        segments = path.split("/")
        end = len(segments)
        pending: list[tuple[_Node[Target], int, tuple[str, ...]]] = [(self._root, 1, ())]
        """Branches to try, the best last: a node, the index of the next segment, the values so far."""
        while pending:
            node, at, values = pending.pop()
            child: _Node[Target] | None = node
            while child is not None:
                node = child
                if at == end:
                    if node.methods:
                        return Match(node.methods, values)
                    break
                segment = segments[at]
                at += 1
                if segment and node.any is not None:
                    pending.append((node.any, at, (*values, segment)))
                if node.mixed and len(segment) <= LONGEST_MIXED:
                    for mixed, branch in reversed(node.mixed):
                        parts = mixed.values(segment)
                        if parts is not None:
                            pending.append((branch, at, (*values, *parts)))
                # %70layer is player, as every server reads it; an encoded slash divides nothing.
                child = node.static.get(unquote(segment) if "%" in segment else segment)
        return None


def _divided(segment: str, options: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    """The pattern of a segment whose parameters have one of their options, where they have some."""
    parts = TEMPLATE.split(segment)
    groups = [
        "|".join(
            re.escape(form)
            for one in options.get(name, ())
            for form in dict.fromkeys((one, quote(one, safe="")))
        )
        for name in parts[1::2]
    ]
    between = [f"({group or '[^/]+'})" for group in groups]
    return re.compile(
        "".join(re.escape(text) + group for text, group in zip(parts[::2], [*between, ""], strict=True))
    )
