"""The media types of a body as a document declares them, with the encodings of their properties."""

from __future__ import annotations

import re

from mockade.contract.document import Node
from mockade.contract.members import tell_misspelt
from mockade.contract.normalizer_registry import NormalizerRegistry
from mockade.contract.operations import Content
from mockade.contract.properties import properties
from mockade.contract.tell import Tell

SENDABLE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")
"""What the value of an HTTP header may hold."""


class ContentReader:
    """Reads the `content` of bodies; what is wrong in it is told, and left out."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def read(self, node: Node, normalizers: NormalizerRegistry) -> dict[str, Content]:
        contents = {}
        for media_type, media in node.members("content"):
            if media_type.startswith("x-"):
                continue
            if SENDABLE.fullmatch(media_type) is None:
                message = f"HTTP cannot carry the media type {media_type!r}."
                self._tell(node.source.child("content", media_type), message, "It is left out.")
                continue
            if not isinstance(media.value, dict):
                self._tell(media, "A media type is an object with a `schema`.")
                media = media._replace(value={})
            tell_misspelt(self._tell, media, "a media type")
            schema = media.get("schema")
            if schema is not None:
                normalizers.register(schema)
            elif "itemSchema" in media.value:
                at = media.source.child("itemSchema")
                self._tell(at, "The items of a stream are not checked.", "", "version", "info")
            if "encoding" in media.value:
                self._register_encoding(media, normalizers)
            contents[media_type.lower()] = Content(media_type, schema, media, normalizers)
        return contents

    def _register_encoding(self, media: Node, normalizers: NormalizerRegistry) -> None:
        declared = properties(media.get("schema"))
        for name, encoding in media.members("encoding"):
            if not isinstance(encoding.value, dict):
                self._tell(encoding, "An encoding is an object.", "It is left out.")
                continue
            if name not in declared:
                at = media.source.child("encoding", name)
                self._tell(at, f"The schema has no property {name!r} to encode.", severity="warning")
            for _, header in encoding.members("headers"):
                schema = header.get("schema") if isinstance(header.value, dict) else None
                if schema is not None:
                    normalizers.register(schema)
