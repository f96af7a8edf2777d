"""The body of a request, parsed as its media type says."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

import orjson

from mockade.asgi import Scope, header
from mockade.contract.body_values import body_value, chosen_content
from mockade.contract.coercion import types_of
from mockade.contract.forms import lenient
from mockade.contract.media_types import FORM, is_json
from mockade.contract.multipart import MOST_FIELDS, parts_of
from mockade.contract.operations import Body, Content
from mockade.contract.violations import ABSENT, Violation
from mockade.errors import EngineRefusal

_HOLDERS = frozenset({"object", "array"})


def parse_body(
    scope: Scope, raw: bytes, body: Body, *, as_it_came: bool = False
) -> tuple[Any, Content | None, list[Violation]]:
    """The body's value, the content it came as, and what is wrong with it before any schema is asked.

    The value is ABSENT when there is no body. Refuses a media type that the operation does not take.
    """
    media_type = _media_type(scope)
    if not raw and not (media_type == FORM and FORM in body.contents):  # an empty form is one
        if body.required:
            message = "A body is required, and none came."
            return ABSENT, None, [Violation("body", (), "absent", message, source=body.source)]
        return ABSENT, None, []
    found: list[Violation] = []
    content = _content(scope, media_type, body, found)
    media_type = media_type or content.media_type.partition(";")[0].lower()
    if as_it_came:
        return raw, content, found
    full = content.media_type
    if media_type.startswith("multipart/"):
        full = (header(scope, b"content-type") or full.encode("latin-1")).decode("latin-1")
    return body_value(raw, media_type, full, content, found), content, found


def unjudged_value(scope: Scope, raw: bytes) -> Any:
    """The value of a body that is not what the contract takes, by its own media type; else its text."""
    media_type = _media_type(scope)
    text = raw.decode("utf-8", "replace")
    try:
        if not media_type or is_json(media_type):
            return orjson.loads(raw)
        if media_type == FORM:
            return dict(parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_FIELDS))
        if media_type.startswith("multipart/"):
            full = (header(scope, b"content-type") or b"").decode("latin-1")
            return {part.name: part.text for part in parts_of(full, raw) if part.name is not None}
    except (EngineRefusal, ValueError):
        return text
    return text


def is_unread(scope: Scope, value: Any, content: Content) -> bool:
    """Whether a body is text, such as XML, that stands for what its schema describes and is not read."""
    types = types_of(content.schema).own if isinstance(value, str) else frozenset()
    if _HOLDERS.isdisjoint(types) or "string" in types:
        return False
    return not _is_read(_media_type(scope) or content.media_type)


def _is_read(media_type: str) -> bool:
    kind = media_type.partition(";")[0].strip().lower()
    return is_json(kind) or kind == FORM or kind.startswith("multipart/")


def _media_type(scope: Scope) -> str:
    value = header(scope, b"content-type") or b""
    return value.decode("latin-1").partition(";")[0].strip().lower()


def _content(scope: Scope, given: str, body: Body, found: list[Violation]) -> Content:
    """The content of the contract that the request's media type, which may be empty, chooses.

    `found` takes a notice where it is not the one that came.
    """
    encoded = header(scope, b"content-encoding")
    if encoded is None and given in body.contents:
        return body.contents[given]
    encoding = (encoded or b"identity").decode("latin-1").strip().lower()
    taken = ", ".join(content.media_type for content in body.contents.values())
    if encoding != "identity":
        raise EngineRefusal(
            "unsupported_media_type",
            f"Content-Encoding {encoding} is not taken; send the body as it is.",
        )
    # Bare clients name none; what they send is taken for the first that the contract lists.
    chosen = chosen_content(body.contents, given)
    if chosen is None:
        raise EngineRefusal(
            "unsupported_media_type", f"Content-Type {given} is not taken here; send {taken}."
        )
    media_type, content = chosen
    if given.endswith("+json") and media_type.startswith("application/json"):
        message = f"The body came as {given}, which is taken as {media_type}."
        found.append(lenient((), given, message, content.source))
    return content
