"""Exchanges of a journal that was read elsewhere, counted as those of a server are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from mockade.asgi import Headers
from mockade.contract.media_types import is_json


class _Breach(NamedTuple):
    where: str


@dataclass(frozen=True, slots=True)
class SavedExchange:
    """An entry of a journal (the control API's component Exchange), as it is counted.

    What the journal does not tell cannot be seen: of a credential only that it came, and no redacted value.
    Bodies that are no text are not the bytes that they were.
    """

    method: str
    path: str
    query: str
    api: str
    operation: str
    status: int
    answered_by: str
    violations: tuple[_Breach, ...]
    request_headers: Headers
    request_body: bytes | None
    response_headers: Headers
    response_body: bytes

    @classmethod
    def read(cls, entry: Mapping[str, Any]) -> SavedExchange:
        """An entry with its headers and bodies, or without (they are not counted then)."""
        request, response = entry["request"] or {}, entry["response"] or {}
        came, sent = request.get("headers") or {}, response.get("headers") or {}
        return cls(
            method=request.get("method", ""),
            path=request.get("path", ""),
            query=request.get("query", ""),
            api=entry["api"] or "",
            operation=entry["operation"] or "",
            status=response.get("status") or 0,
            answered_by=entry["answered_by"],
            violations=tuple(_Breach(one["where"]) for one in entry["violations"]),
            request_headers=_headers(came),
            request_body=_bytes(request.get("body"), came),
            response_headers=_headers(sent),
            response_body=_bytes(response.get("body"), sent),
        )


def _headers(headers: Mapping[str, str]) -> Headers:
    # What the journal shows of a header that is none in latin-1 is text all the same.
    return [
        (name.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
        for name, value in headers.items()
    ]


def _bytes(body: Any, headers: Mapping[str, str]) -> bytes:
    """A body as it may have been sent: JSON's null is told as no body is."""
    if body is None:
        return b""
    media_type = headers.get("content-type", "").lower()
    if isinstance(body, str) and media_type and not is_json(media_type):
        return body.encode("utf-8", "surrogatepass")
    return orjson.dumps(body)
