"""Response validation: a reply is held against the contract before what its call changed is committed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from yaml import YAMLError

from mockade.contract.body_writer import encoded
from mockade.contract.entity_tags import is_listed
from mockade.contract.operations import NO_BODY, Content, Operation, Response
from mockade.contract.response_view import flagged_members
from mockade.contract.violations import Violation
from mockade.errors import InvalidResponse
from mockade.handling import Call, Reply
from mockade.middleware.responses import WRITTEN_BY_SERVER, PreparedResponse, header_line
from mockade.state.compact import compact_bytes
from mockade.state.ids import fingerprint

_STRICT_JSON = orjson.OPT_PASSTHROUGH_DATETIME | orjson.OPT_PASSTHROUGH_DATACLASS
"""What JSON does not know is a fault, also where the same text was found good before."""


def validated_response(
    operation: Operation, reply: Reply, none_match: str = "", content: Content | None = None
) -> PreparedResponse:
    """The reply as it goes out. Raises InvalidResponse when the contract does not allow it.

    Its body is of `content`, or of what is answered to callers that take anything. A documented ETag that
    the handler did not set is made from the body; where `none_match` holds it and the operation documents
    304, that is the answer.
    """
    status = reply.status or operation.success
    if not isinstance(status, int) or not 200 <= status <= 599:
        raise InvalidResponse(f"{operation.id} answered {status!r}, which is no status of a final answer.")
    response = operation.response(status)
    if response is None and operation.responses:
        documented = ", ".join(operation.responses)
        raise InvalidResponse(
            f"{operation.id} answered {status}, which the contract does not document ({documented})."
        )
    if response is None:  # where nothing is documented, a row is read or deleted all the same
        response = Response(str(status), {}, {}, operation.source)
    body, media_type, made = _serialized(operation, status, reply.body, response, content)
    lines = [
        _encoded_header(operation, name, value)
        for name, value in reply.headers.items()
        if content is None or name.lower() != "content-type"
    ]
    tag = next((value.decode("latin-1") for name, value in lines if name == b"etag"), "") if lines else ""
    headers = reply.headers
    if made and not tag:
        tag = made
        lines.append((b"etag", tag.encode()))
        headers = {**headers, "ETag": tag}
    if tag and none_match and "304" in operation.responses and is_listed(none_match, tag):
        status, body, media_type, response = 304, b"", "", operation.responses["304"]
    if len(response.contents) > 1 and not any(name == b"vary" for name, _ in lines):
        lines.append((b"vary", b"accept"))
    if response.headers:
        _check_headers(operation, status, headers, response, made)
    return PreparedResponse(status, body, media_type, lines)


def with_body_of_status(call: Call, operation: Operation, reply: Reply) -> Reply:
    """The reply without a body where HTTP has none at its status, which is told."""
    status = reply.status or operation.success
    if reply.body is None or status not in NO_BODY:
        return reply
    message = f"The body of this {status} is left out: HTTP has none there."
    call.notices.append(Violation("response", (), "no-body", message, notice=True))
    return Reply(None, reply.status, reply.headers)


def without_content(
    call: Call, operation: Operation, reply: Reply, *, strict: bool
) -> PreparedResponse | None:
    """A success whose documented body a handler left out: a 204; None for any other reply.

    It is told, unless the operation documents 204 besides. Where it does not, it is no answer when `strict`.
    """
    status = reply.status or operation.success
    response = operation.response(status) if isinstance(status, int) else None
    if reply.body is not None or response is None or not 200 <= status < 300 or status in NO_BODY:
        return None
    content = response.content
    if content is None or (content.validator is not None and content.validator.is_valid(None)):
        return None
    if "204" not in operation.responses:
        if strict:
            return None
        message = (
            f"{operation.id} left out the body that the contract documents: its {status} is sent as 204."
        )
        call.notices.append(Violation("response", (), "no-body", message, notice=True))
    lines = [_encoded_header(operation, name, value) for name, value in reply.headers.items()]
    return PreparedResponse(204, b"", "", lines)


def never_sent_notices(
    operation: Operation, reply: Reply, content: Content | None, *, strict: bool
) -> list[Violation]:
    """What a body holds that the contract has requests alone carry: it is sent all the same, and told.

    `content` as in `validated_response`. Raises InvalidResponse in its place if `strict`.
    """
    response = operation.response(reply.status or operation.success)
    content = content or (response.json if response is not None else None)
    schema = content.schema if content is not None else None
    found = []
    for path in flagged_members(reply.body, schema, "writeOnly"):
        message = f"{path[-1]!r} is writeOnly: an answer does not show it."
        found.append(Violation("response", path, "writeOnly", message, notice=not strict))
    if strict and found:
        status = reply.status or operation.success
        raise InvalidResponse(f"The {status} answer of {operation.id} breaks the contract.", found)
    return found


def entity_tag(response: Response, data: bytes) -> str:
    """The entity tag of a body in the form that the contract asks; empty where none is documented or fits."""
    header = response.headers.get("etag")
    if header is None:
        return ""
    tag = fingerprint(data)
    if header.admits(tag):
        return tag
    bare = tag.strip('"')
    number = str(int(bare, 16) % 10**15)
    forms = (f'"{number}"', bare, number, f"W/{tag}", f'W/"{number}"')
    return next(filter(header.admits, forms), "")


def _encoded_header(operation: Operation, name: str, value: Any) -> tuple[bytes, bytes]:
    """A header as bytes. Raises InvalidResponse before the call counts as done if HTTP cannot carry it."""
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    line = header_line(name, text)
    if line is None:
        raise InvalidResponse(
            f"{operation.id} answered with a header that HTTP cannot carry: {name!r}: {text!r}."
        )
    if line[0] in WRITTEN_BY_SERVER:
        raise InvalidResponse(f"{operation.id} answered with {name}, which the server writes itself.")
    return line


def _serialized(
    operation: Operation, status: int, value: Any, response: Response, content: Content | None
) -> tuple[bytes, str, str]:
    """A body, its media type, and its entity tag where the contract documents one."""
    if status in NO_BODY or not response.contents:
        if value is not None:
            raise InvalidResponse(
                f"{operation.id} answered {status} with a body, which the contract does not document."
            )
        return b"", "", entity_tag(response, b"")
    if content is None:  # JSON where that is documented, unless the handler gave bytes
        content = response.other if response.json is None or isinstance(value, bytes) else response.json
        content = content or next(iter(response.contents.values()))
    if value is None and not (content.validator is not None and content.validator.is_valid(None)):
        raise InvalidResponse(
            f"{operation.id} answered {status} without the body that the contract documents."
        )
    media_type = content.sent_as
    if not content.is_json:
        raw = value if isinstance(value, bytes) else _written(operation, content, status, value)
        if "charset" not in media_type and not isinstance(value, bytes):
            media_type = f"{media_type}; charset=utf-8"
        return raw, media_type, entity_tag(response, raw)
    try:
        raw = orjson.dumps(value, option=_STRICT_JSON)
        valid_bodies = content.valid_bodies.get(raw)
        if valid_bodies is None:
            violations = (
                content.validator.violations(value, "response") if content.validator is not None else ()
            )
            # It is the bytes that must fit, or what was proven once would decide: NaN goes out as null.
            if (
                violations
                and content.validator is not None
                and not content.validator.is_valid(orjson.loads(raw))
            ):
                raise InvalidResponse(
                    f"The {status} answer of {operation.id} breaks the contract.", violations
                )
            valid_bodies = content.valid_bodies.keep(compact_bytes(raw), entity_tag(response, raw))
        body, tag = valid_bodies
        return body, media_type, tag
    except (TypeError, ValueError) as error:
        raise InvalidResponse(f"The {status} answer of {operation.id} is not JSON: {error}.") from None


def _written(operation: Operation, content: Content, status: int, value: Any) -> bytes:
    """A value as a body that is no JSON."""
    if isinstance(value, str):
        return value.encode()
    try:
        return encoded(content.sent_as, content.schema or content.media, value)
    except (TypeError, ValueError, YAMLError) as error:
        message = f"The {status} answer of {operation.id} cannot be written as {content.sent_as}: {error}."
        raise InvalidResponse(message) from None


def _check_headers(
    operation: Operation, status: int, headers: Mapping[str, str], response: Response, made: str
) -> None:
    """Raises InvalidResponse. `made` is the entity tag that was found to fit when it was made, if any."""
    values = {name.lower(): value for name, value in headers.items()}
    violations = []
    for name, header in response.headers.items():
        if name.encode() in WRITTEN_BY_SERVER:
            continue  # the media types of `content` say Content-Type, and HTTP the others
        if name not in values:
            if header.required:
                message = f"The answer lacks the header {header.name}."
                violations.append(
                    Violation("response", (header.name,), "required", message, source=header.source)
                )
        elif values[name] is made or header.validator is None:
            continue
        elif not header.admits(values[name]):
            violations += header.validator.violations(values[name], "response", (header.name,))
    if violations:
        raise InvalidResponse(
            f"The headers of the {status} answer of {operation.id} break the contract.", violations
        )
