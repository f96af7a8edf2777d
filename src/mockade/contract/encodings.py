"""The Encoding Object: how a property is written in a form, or in parts of a multipart body."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from mockade.contract.document import Node, Source
from mockade.contract.headers import Header
from mockade.contract.media_types import is_json
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.parameters import Parameter

_STYLED = frozenset({"style", "explode", "allowReserved"})
"""What makes a property one that is written like a query parameter, and `contentType` count for nothing."""


@dataclass(eq=False)
class Encoding:
    """How one property is written. Its schema is None where the contract's has no such property."""

    name: str
    node: Node
    schema: Node | None
    carrier: Literal["form", "part"]
    normalizers: NormalizerRegistry

    @property
    def source(self) -> Source:
        return self.node.source

    @cached_property
    def field(self) -> Parameter | None:
        """The query parameter that the property is written like; None where it is not."""
        if _STYLED.isdisjoint(self.node.value):
            return None
        style = self.node.text("style", "form")
        return Parameter(
            name=self.name,
            where=self.carrier,
            required=False,
            style=style,
            explode=bool(self.node.value.get("explode", style == "form")),
            empty=False,
            json=False,
            schema=self.schema,
            holder=self.node,
            normalizers=self.normalizers,
            source=self.source,
        )

    @cached_property
    def content_types(self) -> tuple[str, ...]:
        """The media types, or ranges of them, that a value may have; empty where nothing is said."""
        if self.field is not None:
            return ()
        listed = self.node.text("contentType").split(",")
        return tuple(one for one in (media_type.strip().lower() for media_type in listed) if one)

    @cached_property
    def is_json(self) -> bool:
        """Whether the contract asks for JSON, and for nothing else."""
        return bool(self.content_types) and all(is_json(one) and "*" not in one for one in self.content_types)

    @cached_property
    def headers(self) -> tuple[Header, ...]:
        """The headers of a part, besides its Content-Type."""
        return tuple(
            Header(
                name, node.value.get("required") is True, node.get("schema"), self.normalizers, node.source
            )
            for name, node in self.node.members("headers")
            if isinstance(node.value, dict) and name.lower() != "content-type"
        )

    def takes(self, media_type: str) -> bool:
        """Whether a value may have a media type."""
        if not self.content_types:
            return True
        bare = media_type.partition(";")[0].strip().lower()
        ranges = {bare, f"{bare.partition('/')[0]}/*", "*/*"}
        return any(one.partition(";")[0].strip() in ranges for one in self.content_types)
