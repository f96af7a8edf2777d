"""The innermost application: the answerer runs inside the world's transaction."""

from __future__ import annotations

from functools import partial

from mockade.asgi import Receive, Scope, Send, header, header_list
from mockade.catalogue.answerers import Answerer, FixedAnswerer
from mockade.catalogue.contract_answers import ContractAnswerer, without_generated
from mockade.catalogue.shape_answers import ShapeAnswerer
from mockade.contract.generation.bodies import is_structured
from mockade.contract.operations import Content
from mockade.control import ControlCall, RunningMock
from mockade.crud.conditions import CONDITION_HEADERS
from mockade.crud.operations import NotOfRows
from mockade.errors import OurFault
from mockade.handling import Call, Reply
from mockade.middleware.context import CONTEXT_KEY, RoutedContext
from mockade.middleware.idempotency import answered_once
from mockade.middleware.negotiation import content_of, content_of_reply
from mockade.middleware.promised_headers import with_promised_headers
from mockade.middleware.response_validation import (
    InvalidResponse,
    never_sent_notices,
    validated_response,
    with_body_of_status,
    without_content,
)
from mockade.middleware.responses import PreparedResponse, marked_generated, problem_response, send_response
from mockade.settings import Settings
from mockade.state.transaction import Transaction

RELOADED = "The files of this API were reloaded while the request was under way: send it again."


_CONDITIONS = {name.encode(): name for name in sorted(CONDITION_HEADERS)}
"""The headers of conditional requests, as ASGI has their names."""


class Dispatch:
    """Asks the operation's answerer, and commits what it changed only when its answer keeps the contract."""

    def __init__(self, running: RunningMock) -> None:
        self._running = running
        self._generates = running.settings.generates

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        running = self._running
        context: RoutedContext = scope[CONTEXT_KEY]
        operation = context.operation
        answerer = context.api.answerers[operation.id]
        if context.accept and isinstance(answerer, ContractAnswerer):
            strict = running.settings.strict
            answerer = answerer.of(content_of(context, operation.success, strict=strict))
        if not self._generates:
            answerer = without_generated(answerer)
        context.answerer = answerer
        context.exchange.answered_by = answerer.kind
        if running.worlds.served is not running.served:
            await send_response(send, context, _reloaded(context))
            return
        # Only a read may be answered with 304: anything else has happened by then.
        reads = context.exchange.method in ("GET", "HEAD") and "304" in operation.responses
        none_match = header_list(scope, b"if-none-match") if reads else ""
        if answerer.kind == "shape":
            context.preconditions = {
                name: header_list(scope, raw) for raw, name in _CONDITIONS.items() if header(scope, raw)
            }
        if context.is_internal:
            context.exchange.answered_by = "control"
            call = ControlCall(running, **context.facts())
            response = validated_response(operation, _reply(answerer, call), none_match)
        else:
            act = partial(_act, context, answerer, none_match, running.settings)
            response, transaction = context.world.transact(act)
            context.exchange.before = transaction.start
            context.exchange.began = transaction.start.clock.now()  # its body may have taken long to come
            context.exchange.changes = transaction.changes()
        await send_response(send, context, response)


def _reloaded(context: RoutedContext) -> PreparedResponse:
    """The answer to what the old contract let in when the rows are those of the new one already."""
    context.exchange.answered_by = "engine"
    context.exchange.reason = RELOADED
    return problem_response(503, RELOADED)._replace(headers=[(b"retry-after", b"0")])


def _act(
    context: RoutedContext,
    answerer: Answerer,
    none_match: str,
    settings: Settings,
    transaction: Transaction,
) -> PreparedResponse:
    call = context.api.call(transaction, **context.facts())
    answer = partial(_answer, context, answerer, none_match, settings, call)
    header = context.operation.idempotency_header
    if header and not (isinstance(answerer, FixedAnswerer) and header in answerer.headers):
        response = answered_once(call, context.operation, answer)
    else:
        response = answer()
    if call.notices:
        context.exchange.notices = [*context.exchange.notices, *call.notices]
    return response


def _answer(
    context: RoutedContext, answerer: Answerer, none_match: str, settings: Settings, call: Call
) -> PreparedResponse:
    try:
        reply = _reply(answerer, call)
    except NotOfRows as other:
        if not isinstance(answerer, ShapeAnswerer):
            raise
        answerer = _fallback(context, answerer, settings)
        reply = _reply(answerer, other.call or call)
    reply = with_body_of_status(call, context.operation, reply)
    if answerer.kind == "handler" and reply.body is None:
        bodiless = without_content(call, context.operation, reply, strict=settings.strict)
        if bodiless is not None:
            return bodiless
    if answerer.kind != "handler":
        reply = with_promised_headers(call, context.operation, reply, context.api.generator)
    content = content_of_reply(context, reply, strict=settings.strict)
    if isinstance(answerer, ShapeAnswerer) and content is not None and not _is_of_rows(content):
        answerer = _fallback(context, answerer, settings)
        made = _reply(answerer, call)
        reply = Reply(made.body, reply.status, reply.headers)
    try:
        response = validated_response(context.operation, reply, none_match, content)
    except InvalidResponse:
        if not isinstance(answerer, ShapeAnswerer):
            raise
        return _completed(context, answerer, call, reply, none_match, settings)
    if context.api.contract.document.one_sided:
        call.notices += never_sent_notices(context.operation, reply, content)
    return marked_generated(context.operation, response) if answerer.kind == "generated" else response


def _completed(
    context: RoutedContext,
    answerer: ShapeAnswerer,
    call: Call,
    reply: Reply,
    none_match: str,
    settings: Settings,
) -> PreparedResponse:
    """A shape's answer with what its rows lack, or else the contract's own answer in its place.

    Raises InvalidResponse where the contract does not allow that either.
    """
    operation = context.operation
    try:
        whole = Reply(answerer.completed(call, reply.body, reply.status), reply.status, reply.headers)
        content = content_of_reply(context, whole, strict=settings.strict)
        return validated_response(operation, whole, none_match, content)
    except InvalidResponse:
        fallback = _fallback(context, answerer, settings)
        if fallback.kind == "stub":
            raise
    made = _reply(fallback, call)
    whole = Reply(made.body, made.status, reply.headers)
    content = content_of_reply(context, whole, strict=settings.strict)
    response = validated_response(operation, whole, none_match, content)
    return marked_generated(operation, response) if fallback.kind == "generated" else response


def _fallback(context: RoutedContext, answerer: ShapeAnswerer, settings: Settings) -> Answerer:
    """What answers by the contract alone in the place of a shape."""
    fallback: Answerer = answerer.fallback
    if context.accept:
        content = content_of(context, context.operation.success, strict=settings.strict)
        fallback = answerer.fallback.of(content)
    if not settings.generates:
        fallback = without_generated(fallback)
    context.exchange.answered_by = fallback.kind
    return fallback


def _is_of_rows(content: Content) -> bool:
    """Whether rows can be written as the content; a text or a file would say something else."""
    return content.is_json or is_structured(content.sent_as)


def _reply(answerer: Answerer, call: Call | ControlCall) -> Reply:
    try:
        answer = answerer.answer(call)
        return answer if isinstance(answer, Reply) else Reply(answer)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # such as sys.exit() in a handler, which must not end the server
        raise OurFault(f"{answerer.name} raised {type(error).__name__}: {error}.") from error
