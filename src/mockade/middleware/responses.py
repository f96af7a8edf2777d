"""Responses that are ready to be sent, and the one way in which they go out."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from collections.abc import Iterable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, NamedTuple

import orjson

from mockade.asgi import Headers, Scope, Send
from mockade.contract.operations import Operation
from mockade.errors import problem_details
from mockade.middleware.context import RequestContext
from mockade.server.connection import connection_of, drop_connection
from mockade.state.compact import compact_bytes
from mockade.worlds.slices import Stream

JSON = "application/json"
PROBLEM = "application/problem+json"

PATIENCE = 30.0
"""Seconds in which a client has to take a piece of a stream."""

_NAME = re.compile(rb"[!#$%&'*+.^_`|~0-9a-z-]+")
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


WRITTEN_BY_SERVER = frozenset({b"connection", b"content-length", b"content-type", b"transfer-encoding"})
"""Headers that no answer sets: the server, or the media type, decides on them."""


class PreparedResponse(NamedTuple):
    """A response as it goes out; without a `media_type` no Content-Type is sent."""

    status: int
    body: bytes
    media_type: str
    headers: list[tuple[bytes, bytes]]
    """Names in lower case."""


def json_response(status: int, body: Any, media_type: str = JSON) -> PreparedResponse:
    return PreparedResponse(status, compact_bytes(orjson.dumps(body)), media_type, [])


def problem_response(status: int, detail: str, *, title: str = "", **members: Any) -> PreparedResponse:
    """RFC 9457's form of an error, with what `members` add to it."""
    return json_response(status, {**problem_details(status, detail, title), **members}, PROBLEM)


GENERATED = b"x-mockade-answer"
"""The header that says of an answer that it was made up."""


def marked_generated(operation: Operation, response: PreparedResponse) -> PreparedResponse:
    """The response with the header that says that it is generated, unless the contract has one such."""
    documented = operation.response(response.status)
    if documented is not None and GENERATED.decode() in documented.headers:
        return response
    return response._replace(headers=[*response.headers, (GENERATED, b"generated")])


def is_generated(response: PreparedResponse) -> bool:
    """Whether it says of itself that it is generated."""
    return (GENERATED, b"generated") in response.headers


def head_of(
    response: PreparedResponse | tuple[int, bytes, str, Headers], pieces: Iterable[bytes] | None = None
) -> list[tuple[bytes, bytes]]:
    """The headers of a response whose body is its own, or the `pieces`."""
    status, body, media_type, headers = response
    found = list(headers)
    if media_type:
        found.append((b"content-type", media_type.encode("latin-1")))
    if status not in (204, 304):  # of these two HTTP knows how they end
        length = len(body) if pieces is None else sum(map(len, pieces))
        found.append((b"content-length", b"%d" % length))
    return found


async def send_response(
    send: Send, context: RequestContext, response: PreparedResponse, pieces: deque[bytes] | None = None
) -> None:
    """Send a whole response, to HEAD its headers only. A 401 goes out with a challenge.

    The `pieces` take the place of its body; each is let go of when it is sent.
    """
    status, body, _, headers = response
    if status == 401:
        response = response._replace(headers=_challenged(context, headers))
    headers = head_of(response, pieces)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    is_head = context.exchange.method == "HEAD"
    if pieces is not None:
        body = b""
        while pieces and not is_head:
            await send({"type": "http.response.body", "body": pieces.popleft(), "more_body": True})
            await asyncio.sleep(0)
    await send({"type": "http.response.body", "body": b"" if is_head else body})


async def send_stream(
    scope: Scope, send: Send, context: RequestContext, head: PreparedResponse, stream: Stream
) -> None:
    """Send a body piece by piece while it is made; a client that does not take one in time is cut off."""
    headers = [*head.headers, (b"content-type", head.media_type.encode("latin-1"))]
    await send({"type": "http.response.start", "status": head.status, "headers": headers})
    if context.exchange.method != "HEAD":
        async with aclosing(stream.pieces(partial(_wait, scope))) as pieces:
            async for piece in pieces:
                if not piece:
                    continue
                try:
                    message = {"type": "http.response.body", "body": piece, "more_body": True}
                    async with asyncio.timeout(PATIENCE):
                        await send(message)
                except TimeoutError:
                    drop_connection(scope, "reset")
                    return
    await send({"type": "http.response.body", "body": b""})


async def _wait(scope: Scope, seconds: float, until: asyncio.Future[None] | None) -> bool:
    connection = connection_of(scope)
    if connection is not None:
        await connection.pause(seconds, until)
        return not connection.is_ending
    if until is None:
        await asyncio.sleep(seconds)
    else:
        await asyncio.wait({until}, timeout=seconds)
    return True


def _challenged(context: RequestContext, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of a 401 with the challenge that HTTP asks for, unless they have one."""
    if any(name == b"www-authenticate" for name, _ in headers):
        return list(headers)
    lines = [(name.lower().encode(), value.encode("latin-1")) for name, value in challenge(context).items()]
    return [*lines, *headers]


def challenge(context: RequestContext) -> Mapping[str, str]:
    """WWW-Authenticate with a challenge for each of the operation's schemes, else of the API's.

    What a caller who logs in is refused at asks for none itself. It is empty where there is no scheme, and
    where the contract documents the header in a form that none of this has.
    """
    api, operation = context.api, context.operation
    if api is None or operation is None:
        return {}
    schemes = api.contract.security_schemes
    names = {name for alternative in operation.security for name in alternative} or schemes
    asked = [schemes[name] for name in sorted(names)]
    challenges = list(dict.fromkeys(filter(None, (one.challenge(api.stem) for one in asked))))
    words = list(dict.fromkeys(one.word for one in asked if one.word))
    offered = [", ".join(challenges), ", ".join(words), *challenges, *words]
    fitting = (value for value in offered if value and _is_documented_form(operation, value))
    value = next(fitting, "")
    return {"WWW-Authenticate": value} if value else {}


def _is_documented_form(operation: Operation, value: str) -> bool:
    """Whether the contract, where it documents the challenge of a 401, allows this one."""
    response = operation.response(401)
    header = response.headers.get("www-authenticate") if response else None
    return header is None or header.validator is None or header.validator.is_valid(value)


def header_line(name: str, value: str) -> tuple[bytes, bytes] | None:
    """A header's name, in lower case, and its value as ASGI has them; None when HTTP cannot carry them."""
    try:
        line = name.lower().encode("ascii"), value.encode("latin-1")
    except UnicodeEncodeError:
        return None
    return line if _NAME.fullmatch(line[0]) and not _CONTROL.search(line[1]) else None
