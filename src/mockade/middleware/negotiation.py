"""Which of the documented media types an answer has, by what the caller takes; else the 406."""

from __future__ import annotations

from collections.abc import Sequence

from mockade.contract.negotiation import Choice, chosen, in_order, names_content
from mockade.contract.operations import NO_BODY, Content, Response
from mockade.contract.violations import Violation
from mockade.errors import EngineRefusal, OurFault
from mockade.handling import Reply
from mockade.middleware.context import RequestContext, RoutedContext
from mockade.middleware.responses import JSON, PROBLEM

_KEPT = 32
"""Choices that a documented answer remembers: clients send the same few values again and again."""


def content_of(context: RoutedContext, status: int, *, strict: bool = False) -> Content | None:
    """The content that an answer of that status has by what the caller takes; None where it has no body.

    An error, or a redirection, is never refused: it is of the first media type where none fits. Raises
    EngineRefusal (406) for any other.
    """
    response = context.operation.response(status)
    if response is None or status in NO_BODY or not response.contents:
        return None
    if not context.accept:
        return response.content
    return _fitting(context, response, status, strict=strict)


def json_media_type(context: RequestContext, status: int) -> str:
    """The media type that the operation documents for an error, JSON where it documents none."""
    if context.is_internal:
        return PROBLEM
    response = context.operation.response(status) if context.operation else None
    content = response.json if response else None
    return content.media_type if content and "*" not in content.media_type else JSON


def content_of_reply(context: RoutedContext, reply: Reply, *, strict: bool = False) -> Content | None:
    """As `content_of`, of a reply: bytes are no JSON, and a `Content-Type` of its own names its media type.

    None where the caller takes anything. Raises OurFault where the contract does not document the named one.
    """
    operation = context.operation
    status = reply.status or operation.success
    response = operation.response(status) if isinstance(status, int) else None
    if response is None or status in NO_BODY or not response.contents:
        return None
    for name, named in reply.headers.items():
        if name.lower() == "content-type":
            content = names_content(str(named), response.contents.values())
            if content is None:
                documented = ", ".join(one.media_type for one in response.contents.values())
                message = f"{operation.id} answered {status} as {named}, which the contract does not document"
                raise OurFault(f"{message} ({documented}).")
            return _agreed(context, chosen([content], context.accept), [content], status, strict=strict)
    if not context.accept:
        return None
    return _fitting(context, response, status, strict=strict, is_bytes=isinstance(reply.body, bytes))


def _fitting(
    context: RoutedContext, response: Response, status: int, *, strict: bool, is_bytes: bool = False
) -> Content:
    contents = in_order(response.contents.values())
    if is_bytes:
        contents = [one for one in contents if not one.is_json] or contents
    key = context.accept, is_bytes
    if key not in response.choices:
        choice = chosen(contents, context.accept)
        if len(response.choices) >= _KEPT:
            response.choices.clear()
        response.choices[key] = choice
    return _agreed(context, response.choices.get(key), contents, status, strict=strict)


def _agreed(
    context: RoutedContext, choice: Choice | None, contents: Sequence[Content], status: int, *, strict: bool
) -> Content:
    """What was chosen, told where it is no more than near; else the 406 that lists what there is."""
    if choice is not None and not (choice.loosely and strict and status < 300):
        if choice.loosely and status < 300:
            _remark(context, choice.content)
        return choice.content
    if status >= 300:
        return contents[0]
    offered = ", ".join(dict.fromkeys(one.sent_as for one in contents))
    raise EngineRefusal(
        "not_acceptable",
        f"{context.operation.id} answers {offered}, and nothing that `Accept: {context.accept}` takes.",
    )


def _remark(context: RoutedContext, content: Content) -> None:
    message = f"`Accept: {context.accept}` is taken to mean {content.sent_as}, which it does not name."
    notice = Violation("header", ("accept",), "accept", message, value=context.accept, notice=True)
    if notice not in context.exchange.notices:
        context.exchange.notices = [*context.exchange.notices, notice]
