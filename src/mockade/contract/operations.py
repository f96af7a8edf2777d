"""A document's operations, compiled once: what each takes, what it may answer, who may call it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from mockade.contract.checks import Check
from mockade.contract.document import Node, Source
from mockade.contract.parameters import Parameter
from mockade.contract.shapes import Shape
from mockade.contract.violations import ABSENT

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


@dataclass(frozen=True, slots=True)
class Content:
    """A media type of a body: its schema, compiled, and its example."""

    media_type: str
    schema: Node | None
    check: Check | None
    shape: Shape | None
    examples: Mapping[str, Node]
    """By name; the media type's own example, and its schema's, have the empty name."""
    source: Source
    sent_as: str = field(init=False)
    """The media type that an answer of it has: its own, JSON where that is a range."""
    is_json: bool = field(init=False)
    """Whether an answer of it is JSON."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "sent_as", "application/json" if "*" in self.media_type else self.media_type)
        object.__setattr__(self, "is_json", is_json(self.sent_as))

    @property
    def example(self) -> Any:
        """The first example's value, ABSENT when there is none."""
        return next((node.value for node in self.examples.values()), ABSENT)


@dataclass(frozen=True, slots=True)
class Body:
    """What an operation takes as its request body."""

    required: bool
    contents: Mapping[str, Content]
    source: Source


@dataclass(frozen=True, slots=True)
class Header:
    name: str
    required: bool
    check: Check | None
    source: Source


@dataclass(frozen=True, slots=True)
class Response:
    """One documented answer; `status` is as the contract writes it: 200, 4XX or default."""

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Header]
    source: Source
    json: Content | None = field(init=False)
    """Its JSON content, or None."""
    other: Content | None = field(init=False)
    """Its first content that is not JSON, or None."""

    def __post_init__(self) -> None:
        by_kind: dict[bool, Content] = {}
        for name, content in self.contents.items():
            by_kind.setdefault(is_json(name), content)
        object.__setattr__(self, "json", by_kind.get(True))
        object.__setattr__(self, "other", by_kind.get(False))


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path. `id` is the contract's operationId, or one made from method and path."""

    api: str
    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...]
    body: Body | None
    responses: Mapping[str, Response]
    security: tuple[Mapping[str, tuple[str, ...]], ...]
    """Alternatives; each maps scheme names to the scopes asked. Empty: anyone may call."""
    permissions: frozenset[str]
    """What a caller must hold one of (`x-permissions`, any and self together); empty: nothing."""
    source: Source
    success: int = field(init=False)
    """The status of an answer that does not choose its own: the first 2xx that is listed, else 200."""

    def __post_init__(self) -> None:
        listed = (int(status) for status in self.responses if status.isdecimal() and status[0] == "2")
        object.__setattr__(self, "success", next(listed, 200))

    def response(self, status: int) -> Response | None:
        """What the contract documents for `status`, by number, by range, or by default."""
        return (
            self.responses.get(str(status))
            or self.responses.get(f"{status // 100}XX")
            or self.responses.get("default")
        )

    def documents(self, status: int) -> bool:
        return self.response(status) is not None


def is_json(media_type: str) -> bool:
    """Whether bodies of this media type are JSON."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind in ("application/json", "text/json", "*/*", "application/*") or kind.endswith("+json")
