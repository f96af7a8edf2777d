"""Errors in media types that are no JSON: text, pages, XML and the like, as a contract documents them."""

from __future__ import annotations

from http.client import responses
from typing import Any

from mockade.contract.body_writer import encoded, html_page, is_file, is_html, is_structured
from mockade.contract.operations import Content
from mockade.contract.violations import ABSENT
from mockade.dialects.inferred import ErrorFacts, filled_error


def written_error(content: Content, facts: ErrorFacts, body: Any = ABSENT) -> bytes | None:
    """An error as a body of that media type; None where it cannot say it, as a picture cannot.

    `body` is the API's own, where it has words of its own; a text says its message alone.
    """
    kind = content.sent_as
    is_text = kind.partition("/")[0].lower() == "text" or is_html(kind)
    if is_file(kind) or not (is_text or is_structured(kind)):
        return None
    value = body if body is not ABSENT and is_structured(kind) else _value(content, facts)
    if value is ABSENT:
        return None
    if is_html(kind) and isinstance(value, str):
        phrase = responses.get(facts.status, f"Status {facts.status}")
        return html_page(f"{facts.status} {phrase}", value)
    return encoded(kind, content.schema or content.media, value)


def _value(content: Content, facts: ErrorFacts) -> Any:
    if content.schema is not None and content.schema.value not in ({}, True):
        return filled_error(content, facts)
    if is_structured(content.sent_as):
        return {"status": facts.status, "code": facts.code, "message": facts.message}
    return facts.message
