"""Values as bodies of any media type, and what a media type can hold."""

from __future__ import annotations

import csv
import html
import json
import re
from io import StringIO
from typing import Any
from urllib.parse import urlencode

import orjson
import yaml

from mockade.contract.document import Node
from mockade.contract.media_types import FORM, essence, is_json

_FILES = {
    "image/png": "png",
    "image/apng": "png",
    "image/gif": "gif",
    "image/jpeg": "jpeg",
    "image/jpg": "jpeg",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "image/svg+xml": "svg",
    "image/x-icon": "icon",
    "image/vnd.microsoft.icon": "icon",
    "application/pdf": "pdf",
    "application/zip": "archive",
    "application/x-zip-compressed": "archive",
    "application/gzip": "gzipped",
    "application/x-gzip": "gzipped",
    "audio/wav": "sound",
    "audio/x-wav": "sound",
}
"""The format of files by media type: no schema describes what is in them."""

_FAMILIES = {"image": "png", "audio": "sound"}
"""The format of any other kind, also of a range such as `image/*`."""

JSON_LINES = frozenset(
    {"application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines"}
    | {"application/json-seq", "application/jsonlines"}
)
YAML = frozenset({"application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml"})
EVENTS = "text/event-stream"
_TABLES = frozenset({"text/csv", "application/csv", "text/tab-separated-values"})
_EVENT_FIELD = re.compile(r"^(data|event|id|retry)?:", re.MULTILINE)
_LINE_END = re.compile(r"\r\n|\r|\n")


def file_format(media_type: str) -> str:
    """The format of a body that is a file of its own kind, such as an image; empty where it is none."""
    kind = essence(media_type)
    return _FILES.get(kind) or _FAMILIES.get(kind.partition("/")[0], "")


def is_file(media_type: str) -> bool:
    """Whether a body of the media type is a file of its own kind, such as an image."""
    return bool(file_format(media_type))


def is_written(media_type: str, default: str) -> bool:
    """Whether a value that is sent as `default` can be written as a media type: text can, files cannot."""
    kind = essence(media_type)
    family = kind.partition("/")[0]
    if family not in ("text", "application"):
        return is_file(kind) and family == default.partition("/")[0].lower()
    return is_json(kind) or family == "text" or is_structured(kind)


def is_structured(media_type: str) -> bool:
    """Whether the media type has a form for objects and lists that is not JSON's."""
    kind = essence(media_type)
    return kind == FORM or kind in YAML | JSON_LINES | _TABLES or kind.endswith(("/xml", "+xml", "+yaml"))


def is_html(media_type: str) -> bool:
    return essence(media_type) in ("text/html", "application/xhtml+xml")


def is_event_stream(media_type: str) -> bool:
    return essence(media_type) == EVENTS


def encoded(media_type: str, schema: Node, value: Any) -> bytes:
    """A value as a body of that media type."""
    kind = essence(media_type)
    if is_json(kind):
        return orjson.dumps(value)
    if kind in YAML or kind.endswith("+yaml"):
        text: str = yaml.safe_dump(value, allow_unicode=True, sort_keys=False)
        return text.encode()
    if kind in JSON_LINES:
        return json_lines(kind, value if isinstance(value, list) else [value])
    if kind == EVENTS:
        return event_stream(value)
    if kind in _TABLES:
        return _table(value, "\t" if "tab" in kind else ",")
    if kind == FORM:
        members = value if isinstance(value, dict) else {"value": value}
        return urlencode({name: _form_value(one) for name, one in members.items()}, doseq=True).encode()
    if is_html(kind):
        return value.encode() if _is_markup(value) else page_of(value)
    if kind in ("application/xml", "text/xml") or kind.endswith("+xml"):
        from mockade.contract.xml_encoder import xml_body

        return value.encode() if _is_markup(value) else xml_body(schema, value)
    return (value if isinstance(value, str) else _line(value)).encode()


def json_lines(kind: str, rows: list[Any]) -> bytes:
    """A line of JSON a row, as `kind` begins it."""
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


def _line(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _form_value(value: Any) -> Any:
    """A member of a form: several values of an array, JSON of an object, and words for the rest."""
    if isinstance(value, list):
        return [_line(one) for one in value]
    return "" if value is None else _line(value)


def _is_markup(value: Any) -> bool:
    return isinstance(value, str) and value.lstrip().startswith("<")


def page_of(value: Any) -> bytes:
    """A page that says a value for which nobody wrote one."""
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
