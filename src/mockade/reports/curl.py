"""The curl that repeats a request."""

from __future__ import annotations

import json
import re

from mockade.hints import shell_line
from mockade.reports.entries import called_target
from mockade.reports.model import Entry

BASE = "$MOCKADE_URL"
"""Stands for the mock's address, which is another one with each run."""

_ITS_OWN = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "te",
        "traceparent",
        "tracestate",
        "transfer-encoding",
        "user-agent",
    }
)
"""Headers that curl sends by itself, or that are about the connection, or the client's own tracing."""

_BROWSERS = ("sec-ch-", "sec-fetch-", "upgrade-insecure-requests")
"""How the headers begin that a browser, and `fetch` elsewhere, adds of its own accord."""

_ANYTHING = frozenset({("accept", "*/*"), ("accept-language", "*")})
"""What says no more than that nothing is asked for."""


MOST_BODY = 4_000
"""Characters of a body that stands in a command: it is to be read, and pasted."""


def curl(entry: Entry) -> str:
    """A command for a POSIX shell; empty where nobody asked.

    Secrets are not in it, nor is a body that was too large to keep: a comment says so.
    """
    request = entry["request"]
    if not request:
        return ""
    before, body = _body(request)
    words = ["curl", *_method(request["method"]), f'"{BASE}"{shell_line([called_target(entry)])}']
    headers = {name: value for name, value in request.get("headers", {}).items() if _is_sent(name, value)}
    for name, value in headers.items():
        # curl leaves out a header without a value, unless a semicolon ends it.
        words += ["-H", shell_line([f"{name}: {value}" if value else f"{name};"])]
    if body and "content-type" not in map(str.lower, headers):
        words += ["-H", "content-type:"]  # else curl says that it is a form
    words = [*before, *words, *body]
    return _one_line(" ".join(words)) + _note(entry)


def _method(method: str) -> list[str]:
    if method == "GET":
        return []
    return ["--head"] if method == "HEAD" else ["-X", method]  # with -X curl waits for a body


def _is_sent(name: str, value: str) -> bool:
    """Whether a header is of the request, and not of the program that sent it."""
    name = name.lower()
    return name not in _ITS_OWN and not name.startswith(_BROWSERS) and (name, value) not in _ANYTHING


def _body(request: Entry) -> tuple[list[str], list[str]]:
    """What stands before the command, and behind it."""
    told = request.get("body_base64") or _text(request)
    if told is None or len(told) > MOST_BODY:
        return [], []
    if "body_base64" in request:
        return ["echo", told, "|", "base64", "-d", "|"], ["--data-binary", "@-"]
    return [], ["--data-raw", shell_line([told])]


def _text(request: Entry) -> str | None:
    body = request.get("body")
    if body is None or isinstance(body, str):
        return body
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _note(entry: Entry) -> str:
    """What of its body is not in the command."""
    left_out = entry.get("left_out", {}).get("request_body")
    if left_out:
        return f"  # and its body of {left_out:,} bytes, which was not kept"
    length = len(entry["request"].get("body_base64") or _text(entry["request"]) or "")
    return f"  # and its body of {length:,} characters" if length > MOST_BODY else ""


def _one_line(command: str) -> str:
    """Line breaks and what else no terminal should be sent, as escapes: shown, not meant to be run."""
    return re.sub(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]", lambda one: repr(one[0])[1:-1], command)
