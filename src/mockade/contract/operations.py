"""A document's operations, compiled once: what each takes, what it may answer, who may call it.

Nobody changes them; what they remember (`cached_property`, `ValidBodies`) is about the contract
alone and no world's. They are not frozen: making thousands of frozen ones takes a twentieth of the time in
which a large contract is loaded.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from mockade.contract.document import Node, Source
from mockade.contract.normalizer import Normalizer
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.parameters import Parameter
from mockade.contract.samples import examples
from mockade.contract.validators import Validator
from mockade.contract.violations import ABSENT

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class ValidBodies(dict[bytes, tuple[bytes, str]]):
    """Bodies that were found to keep the contract, with their entity tags: few, and none that is long.

    What is read again and again is checked and fingerprinted once, so that such a read takes 0.8 of the time,
    and is one object in all of a journal's entries.
    """

    MOST = 32
    LONGEST = 4096

    def keep(self, body: bytes, tag: str) -> tuple[bytes, str]:
        """Remember a body; answers what stands for it from now on."""
        kept = body, tag
        if len(body) <= self.LONGEST:
            if len(self) >= self.MOST:
                self.clear()  # in one step: servers in several threads may share a contract
            self[body] = kept
        return kept


@dataclass(eq=False)
class Content:
    """A media type of a body: its schema, which is compiled when it is first needed, and its example."""

    media_type: str
    schema: Node | None
    media: Node
    normalizers: NormalizerRegistry

    @cached_property
    def source(self) -> Source:
        return self.media.source

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None

    @cached_property
    def normalizer(self) -> Normalizer | None:
        return self.normalizers.normalizer(self.schema) if self.schema else None

    @cached_property
    def examples(self) -> Mapping[str, Node]:
        """By name; the media type's own example, and its schema's, have the empty name."""
        return examples(self.media, self.schema)

    @cached_property
    def sent_as(self) -> str:
        """The media type that an answer of it has: its own, JSON where that is a range."""
        return "application/json" if "*" in self.media_type else self.media_type

    @cached_property
    def is_json(self) -> bool:
        """Whether an answer of it is JSON."""
        return is_json(self.sent_as)

    @cached_property
    def valid_bodies(self) -> ValidBodies:
        """Answers of it that need no check any more."""
        return ValidBodies()

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


@dataclass(eq=False)
class Header:
    name: str
    required: bool
    schema: Node | None
    normalizers: NormalizerRegistry
    source: Source

    @cached_property
    def validator(self) -> Validator | None:
        return self.normalizers.validator(self.schema) if self.schema else None


@dataclass(eq=False)
class Response:
    """One documented answer; `status` is as the contract writes it: 200, 4XX or default."""

    status: str
    contents: Mapping[str, Content]
    headers: Mapping[str, Header]
    source: Source

    @cached_property
    def json(self) -> Content | None:
        """Its JSON content, or None."""
        return next((content for name, content in self.contents.items() if is_json(name)), None)

    @cached_property
    def other(self) -> Content | None:
        """Its first content that is not JSON, or None."""
        return next((content for name, content in self.contents.items() if not is_json(name)), None)


@dataclass(eq=False)
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
    max_body: int
    """Bytes that its body may have where that is more than the server allows (`x-max-body`); 0: not said."""
    source: Source

    @cached_property
    def success(self) -> int:
        """The status of an answer that does not choose its own: the first 2xx that is listed, else 200."""
        return next((int(s) for s in self.responses if s.isdecimal() and s[0] == "2"), 200)

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
