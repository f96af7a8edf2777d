"""The innermost room: the answerer runs inside the world's transaction, and its answer is checked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import orjson

from mockade.answerers import Answerer
from mockade.contract.operations import Content, Operation, Response, is_json
from mockade.contract.violations import Violation
from mockade.errors import OurFault, Refusal
from mockade.handling import Reply, etag
from mockade.store import Transaction
from mockade.visit import KEY, App, Receive, Scope, Send, Visit, respond

NO_BODY = frozenset({204, 205, 304})


class Checked(NamedTuple):
    """An answer that was found to keep the contract, ready to be sent."""

    status: int
    body: bytes
    media_type: str
    headers: dict[str, str]


class Broken(OurFault):
    """An answer of ours that breaks the contract."""


def answer() -> App:
    """The room. It commits what a call changed only when its answer keeps the contract."""

    async def room(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        visit: Visit = scope[KEY]
        operation, api = visit.operation, visit.api
        assert operation is not None and api is not None, "routing lets nobody through without an operation"
        answerer = api.answerers[operation.id]
        visit.exchange.answered_by = answerer.kind
        act = _acting(visit, answerer, operation, header_of(scope, b"if-none-match"))
        checked, visit.exchange.changes = visit.world.transact(act)
        visit.exchange.status = checked.status
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in checked.headers.items()
        ]
        if checked.media_type:
            headers.append((b"content-type", checked.media_type.encode("latin-1")))
        await respond(send, checked.status, checked.body, headers, head=visit.exchange.method == "HEAD")

    return room


def header_of(scope: Scope, name: bytes) -> str:
    """All values of a header, joined as one list; empty when it did not come."""
    return ", ".join(value.decode("latin-1") for key, value in scope["headers"] if key == name)


def _acting(
    visit: Visit, answerer: Answerer, operation: Operation, none_match: str
) -> Callable[[Transaction], Checked]:
    api = visit.api
    assert api is not None, "see room"

    def act(transaction: Transaction) -> Checked:
        call = api.call(
            transaction,
            caller=visit.caller,
            base_url=visit.base_url,
            path=visit.path,
            query=visit.query,
            headers=visit.headers,
            cookies=visit.cookies,
            body=visit.body,
        )
        given = answerer.answer(call)
        reply = given if isinstance(given, Reply) else Reply(given)
        return checked_out(operation, reply, none_match)

    return act


def checked_out(operation: Operation, reply: Reply, none_match: str = "") -> Checked:
    """The reply as it goes out. Raises Broken when the contract does not allow it.

    A documented ETag that the handler did not set is made from the body; where `none_match` holds it and
    the operation documents 304, that is the answer.
    """
    status = reply.status or operation.success()
    response = operation.response(status)
    if response is None:
        documented = ", ".join(operation.responses)
        raise Broken(
            f"{operation.id} answered {status}, which the contract does not document ({documented})."
        )
    headers = dict(reply.headers)
    if "etag" in response.headers and not any(name.lower() == "etag" for name in headers):
        headers["ETag"] = etag(reply.body)
    tag = next((value for name, value in headers.items() if name.lower() == "etag"), "")
    if tag and none_match and "304" in operation.responses and matches(none_match, tag):
        status, reply, response = 304, Reply(None, 304), operation.responses["304"]
    body, media_type = _written(operation, status, reply.body, response)
    _check_headers(operation, status, headers, response)
    return Checked(status, body, media_type, headers)


def matches(none_match: str, tag: str) -> bool:
    """RFC 9110's weak comparison of an If-None-Match value, which may be a list or `*`, with a tag."""
    if none_match.strip() == "*":
        return True
    bare = tag.removeprefix("W/")
    return any(one.strip().removeprefix("W/") == bare for one in none_match.split(","))


def _written(operation: Operation, status: int, value: Any, response: Response) -> tuple[bytes, str]:
    if status in NO_BODY or not response.contents:
        if value is not None:
            raise Broken(
                f"{operation.id} answered {status} with a body, which the contract does not document."
            )
        return b"", ""
    content = _content_for(value, response)
    if value is None and not (content.check is not None and content.check.fits(None)):
        raise Broken(f"{operation.id} answered {status} without the body that the contract documents.")
    media_type = content.media_type if "*" not in content.media_type else "application/json"
    if not is_json(media_type):
        raw = value if isinstance(value, bytes) else str(value).encode()
        return raw, media_type if "charset" in media_type or isinstance(
            value, bytes
        ) else f"{media_type}; charset=utf-8"
    violations = content.check.violations(value, "response") if content.check is not None else []
    if violations:
        raise Broken(f"The {status} answer of {operation.id} breaks the contract.", violations)
    try:
        return orjson.dumps(value), media_type
    except TypeError as error:
        raise Broken(f"The {status} answer of {operation.id} is not JSON: {error}.") from None


def _content_for(value: Any, response: Response) -> Content:
    """The content that a value goes out as: JSON where that is documented, unless the handler gave bytes."""
    json = response.json()
    others = [content for name, content in response.contents.items() if not is_json(name)]
    if isinstance(value, bytes) and others:
        return others[0]
    return json or others[0]


def _check_headers(operation: Operation, status: int, headers: Mapping[str, str], response: Response) -> None:
    given = {name.lower(): value for name, value in headers.items()}
    violations = []
    for name, header in response.headers.items():
        if name not in given:
            if header.required:
                message = f"The answer lacks the header {header.name}."
                violations.append(
                    Violation("response", (header.name,), "required", message, source=header.source)
                )
        elif header.check is not None:
            violations += header.check.violations(given[name], "response", (header.name,))
    if violations:
        raise Broken(f"The headers of the {status} answer of {operation.id} break the contract.", violations)


__all__ = ["Broken", "Checked", "Refusal", "answer", "checked_out", "matches"]
