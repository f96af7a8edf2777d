"""How values travel: in a path, a query, a header, a cookie, or a body of some media type."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from benchmarks.corpus.contracts import is_json

_BOUNDARY = "corpus"


class Request(NamedTuple):
    method: str
    target: str
    """Path and query, encoded."""
    headers: dict[str, str]
    body: bytes


def is_form(media_type: str) -> bool:
    return media_type.lower().startswith(("application/x-www-form-urlencoded", "multipart/"))


def encoded(media_type: str, value: Any) -> tuple[str, bytes]:
    kind = media_type.partition(";")[0].strip().lower()
    if is_json(kind):
        return (kind if "*" not in kind else "application/json"), json.dumps(value).encode()
    if kind == "application/x-www-form-urlencoded":
        members = value if isinstance(value, dict) else {}
        return kind, urlencode({name: _parts(one) for name, one in members.items()}, doseq=True).encode()
    if kind.startswith("multipart/"):
        members = value if isinstance(value, dict) else {}
        lines = [
            f'--{_BOUNDARY}\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{text(one)}\r\n'
            for name, some in members.items()
            for one in (some if isinstance(some, list) else [some])
        ]
        return f"{kind}; boundary={_BOUNDARY}", f"{''.join(lines)}--{_BOUNDARY}--\r\n".encode()
    if kind.endswith("xml"):
        return kind, b"<root/>"
    sent = "application/octet-stream" if "*" in kind else kind
    return sent, text(value).encode() or b"corpus"


def _parts(value: Any) -> Any:
    return [text(one) for one in value] if isinstance(value, list) else text(value)


def in_query(parameter: dict[str, Any], value: Any) -> str:
    name, style = parameter["name"], parameter.get("style", "form")
    if "content" in parameter:
        return urlencode({name: json.dumps(value)})
    explode = parameter.get("explode", style == "form")
    if isinstance(value, dict):
        if style == "deepObject":
            return urlencode({f"{name}[{key}]": _parts(one) for key, one in value.items()}, doseq=True)
        if explode:
            return urlencode({key: _parts(one) for key, one in value.items()}, doseq=True)
    if isinstance(value, list) and explode:
        return urlencode([(name, text(one)) for one in value])
    separator = {"spaceDelimited": "%20", "pipeDelimited": "%7C"}.get(style, ",")
    parts = _flat(value)
    return f"{quote(name, safe='')}={separator.join(quote(part, safe='') for part in parts)}"


def simple(parameter: dict[str, Any], value: Any) -> str:
    """A value in a path, a header or a cookie; what has `content` travels as JSON."""
    return json.dumps(value) if "content" in parameter else ",".join(_flat(value))


def _flat(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text(one) for one in value]
    if isinstance(value, dict):
        return [part for key, one in value.items() for part in (str(key), text(one))]
    return [text(value)]


def text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None:
        return ""
    if isinstance(value, dict | list):
        return json.dumps(value)
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
