"""The parts of a multipart body, of form-data or of any other kind."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from mockade.errors import EngineRefusal

MOST_FIELDS = 1000
"""How many fields a form may have, and how many parts a multipart body."""


@dataclass(slots=True)
class Part:
    """One part. Its name is None where it has none; the media type is that of its Content-Type, if any."""

    headers: dict[str, str] = field(default_factory=dict)
    """By name in lower case."""
    content: bytearray = field(default_factory=bytearray)
    name: str | None = None
    media_type: str = ""
    is_file: bool = False
    text: str = ""
    """What it holds; a file is the text of its bytes."""

    @property
    def holds_array(self) -> bool:
        return self.text[:1] == "["


def parts_of(content_type: str, raw: bytes) -> list[Part]:
    """The parts of a body. Refuses one that cannot be read."""
    kind, options = parse_options_header(content_type)
    boundary = options.get(b"boundary")
    if not boundary:
        raise _unreadable("its boundary is missing")
    reader = _Reader(options.get(b"charset", b"utf-8").decode("latin-1"))
    try:
        parser = MultipartParser(boundary, reader.callbacks())  # type: ignore[arg-type]  # a TypedDict of them
        parser.write(raw)
        parser.finalize()
    except FormParserError:
        raise _unreadable("it is not what its boundary says") from None
    if not reader.is_whole:
        raise _unreadable("it does not end with its boundary")
    if kind == b"multipart/form-data" and any(part.name is None for part in reader.parts):
        raise _unreadable("a part has no name in its Content-Disposition")
    return reader.parts


def _unreadable(why: str) -> EngineRefusal:
    return EngineRefusal("malformed_request", f"The multipart body cannot be read: {why}.")


class _Reader:
    """Collects the parts that the parser finds."""

    def __init__(self, charset: str) -> None:
        self.parts: list[Part] = []
        self.is_whole = False
        self._name = b""
        self._value = b""
        try:
            self._charset = codecs.lookup(charset).name
        except LookupError:
            self._charset = "latin-1"

    def callbacks(self) -> dict[str, object]:
        return {
            "on_part_begin": self._begin,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_header_field": self._header_field,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_end": self._finish,
        }

    def _begin(self) -> None:
        if len(self.parts) >= MOST_FIELDS:
            raise _unreadable(f"it has more than {MOST_FIELDS:,} parts")
        self.parts.append(Part())

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.parts[-1].content += data[start:end]

    def _end(self) -> None:
        part = self.parts[-1]
        part.text = part.content.decode("latin-1") if part.is_file else self._decoded(bytes(part.content))

    def _header_field(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        part, name = self.parts[-1], self._name.decode("latin-1").strip().lower()
        part.headers.setdefault(name, self._decoded(self._value).strip())
        if name == "content-disposition":
            _, options = parse_options_header(self._value)
            part.is_file = b"filename" in options
            part.name = self._decoded(options[b"name"]) if b"name" in options else None
        elif name == "content-type":
            part.media_type = part.headers[name].partition(";")[0].strip().lower()
        self._name = self._value = b""

    def _finish(self) -> None:
        self.is_whole = True

    def _decoded(self, raw: bytes) -> str:
        try:
            return raw.decode(self._charset)
        except (UnicodeDecodeError, LookupError):
            return raw.decode("latin-1")
