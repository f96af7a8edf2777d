"""HAR 1.2 (HTTP Archive) of a journal's entries, which browsers' tools, proxies and load generators read.

http://www.softwareishard.com/blog/har-12-spec/
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl, quote

from mockade import __version__
from mockade.contract.media_types import is_json
from mockade.contract.schemes import REDACTED
from mockade.contract.violations import violation_line
from mockade.reports.entries import called_target
from mockade.reports.model import Entry

HEAD = b'{"log": {"version": "1.2", "creator": {"name": "Mockade", "version": "%s"}, "entries": [' % (
    __version__.encode()
)
TAIL = b"\n]}}\n"
"""What stands before the entries, and behind them."""

_UNKNOWN = "application/octet-stream"
_IN_URLS = "/:@!$&'()*+,;=~%?"
_NEXT_COOKIE = re.compile(r",\s*(?=[^;,\s=]+=)")
_NOT_MEASURED = {"send": 0, "wait": 0, "receive": 0}
"""A journal goes by the world's time, in which an exchange is one moment."""


def written_entry(entry: Entry, scheme: str = "http") -> bytes:
    """A journal's entry as JSON of a HAR; empty where nobody asked."""
    made = har_entry(entry, scheme)
    # ASCII: a saved journal may hold halves of surrogate pairs, which UTF-8 cannot.
    return json.dumps(made, separators=(",", ":")).encode() if made is not None else b""


def har_entry(entry: Entry, scheme: str = "http") -> dict[str, Any] | None:
    """A journal's entry as one of a HAR; None where nobody asked.

    Headers that came several times are one, joined as the journal has them. Names that begin with an
    underscore are no words of HAR's, as it wants them.
    """
    request, response = entry["request"], entry["response"]
    if request is None or response is None:
        return None
    why = [entry["reason"] or "", *map(violation_line, [*entry["violations"], *entry["notices"]])]
    return {
        "startedDateTime": entry["time"],
        "time": 0,
        "request": _request(entry, request, scheme),
        "response": _response(response),
        "cache": {},
        "timings": _NOT_MEASURED,
        "comment": "\n".join(line for line in why if line),
        "_mockade": {
            name: entry[name] for name in ("id", "world", "api", "operation", "caller", "answered_by")
        },
    }


def _request(entry: Entry, request: Mapping[str, Any], scheme: str) -> dict[str, Any]:
    headers = request["headers"]
    made = {
        "method": request["method"],
        "url": _url(entry, request, scheme),
        "httpVersion": "HTTP/1.1",
        "cookies": _sent_cookies(headers.get("cookie", "")),
        "headers": _headers(headers),
        "queryString": _pairs(parse_qsl(request["query"], keep_blank_values=True)),
        "headersSize": -1,
        "bodySize": _size(headers, "" if request["body"] is None else None),
    }
    if request["body"] is not None:
        text, encoding = _text(request)
        made["postData"] = {"mimeType": headers.get("content-type", _UNKNOWN), "text": text}
        if encoding:
            made["postData"]["_encoding"] = encoding
    return made


def _url(entry: Entry, request: Mapping[str, Any], scheme: str) -> str:
    host = request["headers"].get("host") or "localhost"
    return f"{scheme}://{quote(host, ':[].')}{quote(called_target(entry), _IN_URLS)}"


def _response(response: Mapping[str, Any]) -> dict[str, Any]:
    """The status is 0 where a connection was dropped without one, as browsers write it."""
    headers = response["headers"]
    status = response["status"] or 0
    content = {"size": 0, "mimeType": headers.get("content-type", _UNKNOWN)}
    if response["body"] is not None:
        text, encoding = _text(response)
        content |= {
            "size": _size(headers, text),
            "text": text,
            **({"encoding": encoding} if encoding else {}),
        }
    return {
        "status": status,
        "statusText": responses.get(status, ""),
        "httpVersion": "HTTP/1.1",
        "cookies": list(_set_cookies(headers.get("set-cookie", ""))),
        "headers": _headers(headers),
        "content": content,
        "redirectURL": headers.get("location", ""),
        "headersSize": -1,
        "bodySize": _size(headers, "" if response["body"] is None else None),
    }


def _text(message: Mapping[str, Any]) -> tuple[str, str]:
    """A body as text, and `base64` where that text is its bytes in base64."""
    if "body_base64" in message:
        return message["body_base64"], "base64"
    headers, body = message["headers"], message["body"]
    if isinstance(body, str):
        # The text of what is no JSON, or a JSON string: the length says which of the two was sent.
        is_raw = str(len(body.encode("utf-8", "surrogatepass"))) == headers.get("content-length")
        if is_raw or not is_json(headers.get("content-type", "application/json")):
            return body, ""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")), ""


def _size(headers: Mapping[str, str], text: str | None) -> int:
    """Bytes of a body: as its header says, else those of its `text`, -1 where that is not known."""
    length = headers.get("content-length", "")
    if length.isascii() and length.isdigit() and len(length) < 16:
        return int(length)
    return -1 if text is None else len(text.encode("utf-8", "surrogatepass"))


def _headers(headers: Mapping[str, str]) -> list[dict[str, str]]:
    return _pairs(headers.items())


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _sent_cookies(header: str) -> list[dict[str, str]]:
    """The cookies of a request; none where they are redacted."""
    parts = (part.strip().partition("=") for part in header.split(";"))
    return _pairs((name, value) for name, equals, value in parts if equals and value != REDACTED)


def _set_cookies(header: str) -> Iterator[dict[str, Any]]:
    """The cookies that an answer sets, of the joined headers; none where they are redacted."""
    for text in _NEXT_COOKIE.split(header):
        (name, equals, value), *attributes = (part.strip().partition("=") for part in text.split(";"))
        if not equals:
            continue
        cookie: dict[str, Any] = {"name": name, "value": value}
        for attribute, _, said in attributes:
            word = attribute.lower()
            if word in ("path", "domain"):
                cookie[word] = said
            elif word in ("httponly", "secure"):
                cookie["httpOnly" if word == "httponly" else word] = True
            elif word == "expires" and (moment := _date_time(said)):
                cookie["expires"] = moment
        yield cookie


def _date_time(text: str) -> str:
    """An HTTP date in RFC 3339's form; empty where it is none."""
    try:
        return parsedate_to_datetime(text).isoformat()
    except (TypeError, ValueError):
        return ""
