"""Bodies of any media type: a generated value as it is written there, or a small valid file."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import orjson
import yaml

from mockade.contract.document import Node
from mockade.contract.generation import binary_samples
from mockade.contract.generation.draws import Draws
from mockade.contract.generation.generator import Generator, NoValueFound
from mockade.contract.generation.row_context import sentence
from mockade.contract.generation.xml_encoder import xml_body
from mockade.contract.media_types import FORM, is_json

_FILES: dict[str, Callable[[Draws], bytes]] = {
    "image/png": binary_samples.png,
    "image/apng": binary_samples.png,
    "image/gif": binary_samples.gif,
    "image/jpeg": binary_samples.jpeg,
    "image/jpg": binary_samples.jpeg,
    "image/webp": binary_samples.webp,
    "image/bmp": binary_samples.bmp,
    "image/svg+xml": binary_samples.svg,
    "image/x-icon": binary_samples.icon,
    "image/vnd.microsoft.icon": binary_samples.icon,
    "application/pdf": lambda draws: binary_samples.pdf(sentence(draws)),
    "application/zip": lambda draws: binary_samples.archive(sentence(draws)),
    "application/x-zip-compressed": lambda draws: binary_samples.archive(sentence(draws)),
    "application/gzip": lambda draws: binary_samples.gzipped(sentence(draws)),
    "application/x-gzip": lambda draws: binary_samples.gzipped(sentence(draws)),
    "audio/wav": binary_samples.sound,
    "audio/x-wav": binary_samples.sound,
}
"""Files by media type: no schema describes what is in them."""

_FAMILIES = {"image": "image/png", "audio": "audio/wav"}
"""The file of any other kind, also of a range such as `image/*`."""

_TABLES = frozenset({"text/csv", "application/csv", "text/tab-separated-values"})
_YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
_EVENTS = "text/event-stream"
_EVENT_FIELD = re.compile(r"^(data|event|id|retry)?:", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")
_LINES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
    | {"application/json-seq", "application/jsonlines"}
)


def is_file(media_type: str) -> bool:
    """Whether a body of the media type is a file of its own kind, such as an image."""
    return _file(media_type.partition(";")[0].strip().lower()) is not None


def is_written(media_type: str, default: str) -> bool:
    """Whether a value that is sent as `default` can be written as a media type: text can, files cannot."""
    kind = media_type.partition(";")[0].strip().lower()
    family = kind.partition("/")[0]
    if family not in ("text", "application"):
        return is_file(kind) and family == default.partition("/")[0].lower()
    return is_json(kind) or family == "text" or is_structured(kind)


def is_structured(media_type: str) -> bool:
    """Whether the media type has a form for objects and lists that is not JSON's."""
    kind = media_type.partition(";")[0].strip().lower()
    return kind == FORM or kind in _YAML | _LINES | _TABLES or kind.endswith(("/xml", "+xml", "+yaml"))


def is_html(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() in ("text/html", "application/xhtml+xml")


def is_event_stream(media_type: str) -> bool:
    return media_type.partition(";")[0].strip().lower() == _EVENTS


def _file(kind: str) -> Callable[[Draws], bytes] | None:
    return _FILES.get(kind) or _FILES.get(_FAMILIES.get(kind.partition("/")[0], ""))


def generate_body(
    generator: Generator,
    media_type: str,
    schema: Node | None,
    *,
    seed: int,
    key: str,
    now: str,
    asked: Mapping[str, Any] | None = None,
) -> bytes:
    """A body of the media type, as small as it is valid; of `schema`'s value where it has one.

    The arguments are those of `Generator.generate`, which raises NoValueFound.
    """
    kind = media_type.partition(";")[0].strip().lower()
    draws = Draws.of(seed, key)
    file = _file(kind)
    if file is not None:
        return file(draws)
    if schema is None:
        return _without_schema(kind, draws)
    request: dict[str, Any] = {"seed": seed, "key": key, "now": now, "asked": asked}
    value = generator.generate(schema, **request) if is_json(kind) else _of_a_form(generator, schema, request)
    return encoded(kind, schema, value)


def _of_a_form(generator: Generator, schema: Node, request: dict[str, Any]) -> Any:
    """A value that fits the schema, else one of its forms: what is no JSON may be of several of them."""
    try:
        return generator.generate(schema, **request)
    except NoValueFound:
        for form in schema.listed("oneOf"):
            with suppress(NoValueFound):
                return generator.generate(form, **request)
        raise


def encoded(media_type: str, schema: Node, value: Any) -> bytes:
    """A value as a body of that media type."""
    kind = media_type.partition(";")[0].strip().lower()
    if is_json(kind):
        return orjson.dumps(value)
    if kind in _YAML or kind.endswith("+yaml"):
        return yaml.safe_dump(value, allow_unicode=True, sort_keys=False).encode()
    if kind in _LINES:
        return _lines(kind, value if isinstance(value, list) else [value])
    if kind == _EVENTS:
        return event_stream(value)
    if kind in _TABLES:
        return _table(value, "\t" if "tab" in kind else ",")
    if kind == FORM:
        members = value if isinstance(value, dict) else {"value": value}
        return urlencode({name: _form_value(one) for name, one in members.items()}, doseq=True).encode()
    if is_html(kind):
        return value.encode() if _is_markup(value) else _generated_page(value)
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        return value.encode() if _is_markup(value) else xml_body(schema, value)
    return (value if isinstance(value, str) else _line(value)).encode()


def _lines(kind: str, rows: list[Any]) -> bytes:
    mark = b"\x1e" if kind == "application/json-seq" else b""
    return b"".join(mark + orjson.dumps(row) + b"\n" for row in rows)


def event_stream(value: Any) -> bytes:
    """Events of the values: each line is a `data:` field, and a blank line ends each event.

    A text that has such fields already is kept.
    """
    if isinstance(value, str) and _EVENT_FIELD.search(value):
        return (value.rstrip("\r\n") + "\n\n").encode()
    rows = value if isinstance(value, list) else [value]
    events = ("\n".join(f"data: {line}" for line in _LINE_END.split(_line(row))) for row in rows)
    return "".join(f"{event}\n\n" for event in events).encode()


def _without_schema(kind: str, draws: Draws) -> bytes:
    """A body of which the contract says nothing but the media type."""
    words = sentence(draws)
    if is_json(kind):
        return b"{}"
    if kind in _LINES:
        return _lines(kind, [{}])
    if is_html(kind):
        return _generated_page(words)
    if kind.endswith(("/xml", "+xml")):
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<root>{words}</root>'.encode()
    if kind == _EVENTS:
        return event_stream(words)
    if kind in _YAML:
        return b"{}\n"
    if kind in ("text/csv", "application/csv"):
        return b"id,name\r\n1," + words.split()[1].encode() + b"\r\n"
    return words.encode()


def _line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _form_value(value: Any) -> Any:
    """A member of a form: several values of an array, JSON of an object, and words for the rest."""
    if isinstance(value, list):
        return [_line(one) for one in value]
    return "" if value is None else _line(value)


def _is_markup(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip().startswith("<")


def _generated_page(value: Any) -> bytes:
    return html_page("Generated", value if isinstance(value, str) else _line(value))


def html_page(title: str, text: str) -> bytes:
    """A small page that says a text."""
    head = f'<head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
    return (
        f'<!DOCTYPE html>\n<html lang="en">{head}<body><p>{html.escape(text)}</p></body></html>\n'
    ).encode()


def _table(value: Any, delimiter: str) -> bytes:
    """Rows with a line of names for objects, and lines of the items for anything else."""
    if isinstance(value, str):
        return f"{value}\r\n".encode()
    rows = value if isinstance(value, list) else [value]
    out = StringIO()
    writer = csv.writer(out, delimiter=delimiter)
    names = list(dict.fromkeys(name for row in rows if isinstance(row, dict) for name in row))
    if names:
        writer.writerow(names)
    for row in rows:
        if isinstance(row, dict):
            writer.writerow([_cell(row.get(name)) for name in names])
        else:
            writer.writerow([_cell(one) for one in (row if isinstance(row, list) else [row])])
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    return "" if value is None else _line(value)
