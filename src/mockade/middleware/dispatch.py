"""The innermost application: the answerer runs inside the world's transaction."""

from __future__ import annotations

from collections.abc import Generator
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from mockade.asgi import Receive, Scope, Send, header, header_list
from mockade.catalogue.answerers import Answerer, Kind
from mockade.catalogue.answering import Waiting, answered, check_writes_rows, reply_of
from mockade.catalogue.contract_answers import ContractAnswerer, without_generated
from mockade.catalogue.router import Router
from mockade.contract.entity_tags import CONDITION_HEADERS
from mockade.handling import Call, Reply
from mockade.middleware.context import CONTEXT_KEY, RoutedContext
from mockade.middleware.idempotency import answered_once
from mockade.middleware.long_polls import answered_later
from mockade.middleware.negotiation import content_of, content_of_reply
from mockade.middleware.promised_headers import with_promised_headers
from mockade.middleware.recorder import NUMBER
from mockade.middleware.response_validation import (
    never_sent_notices,
    validated_response,
    with_body_of_status,
    without_content,
)
from mockade.middleware.responses import (
    PreparedResponse,
    marked_generated,
    problem_response,
    send_response,
    send_stream,
)
from mockade.settings import Settings
from mockade.state.transaction import Transaction
from mockade.worlds.registry import ServedApis, Worlds
from mockade.worlds.response_cache import CachedResponse
from mockade.worlds.slices import Pieces, Stream, giving_way

if TYPE_CHECKING:
    from mockade.control.call import RunningMock

RELOADED = "The files of this API were reloaded while the request was under way: send it again."


_CONDITIONS = {name.encode(): name for name in sorted(CONDITION_HEADERS)}
"""The headers of conditional requests, as ASGI has their names."""


class Dispatch:
    """Asks the operation's answerer, and commits what it changed only when its answer keeps the contract."""

    def __init__(self, served: ServedApis, worlds: Worlds, settings: Settings, router: Router) -> None:
        self._served = served
        self._worlds = worlds
        self._settings = settings
        self._router = router
        self._generates = settings.generates

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        settings = self._settings
        context: RoutedContext = scope[CONTEXT_KEY]
        operation = context.operation
        answerer = context.api.answerers[operation.id]
        if context.accept or not self._generates:
            answerer = _as_asked(context, answerer, settings)
        context.answerer = answerer
        context.exchange.answered_by = answerer.kind
        if self._worlds.served is not self._served:
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
            await self._control(scope, send, context, answerer, none_match)
            return
        act = partial(_act, context, answerer, none_match, settings)
        try:
            response, transaction = context.world.transact(act)
        except Waiting as waiting:
            later = await answered_later(scope, context, act, waiting.wait, self._is_current)
            if later is None:
                await send_response(send, context, _reloaded(context))
                return
            response, transaction = later
        context.exchange.before = transaction.start
        context.exchange.began = transaction.start.clock.now()  # its body may have taken long to come
        if transaction.state is not transaction.start:
            context.is_change = True
            context.exchange.changes = transaction.changes()
        elif context.question is not None and header(scope, b"transfer-encoding") is None:
            _keep(context, transaction, response)
        await send_response(send, context, response)

    async def _control(
        self, scope: Scope, send: Send, context: RoutedContext, answerer: Answerer, none_match: str
    ) -> None:
        """Answer for the control API, whose bodies may be made in slices, in pieces or without an end."""
        operation = context.operation
        context.exchange.answered_by = "control"
        call = self._running.call(context.facts())
        reply = reply_of(answerer, call)
        if isinstance(reply.body, Generator):
            reply = await giving_way(reply.body)
        body = reply.body
        if isinstance(body, Pieces | Stream):
            head = validated_response(operation, Reply(body.outline, reply.status, reply.headers))
            if isinstance(body, Stream):
                await send_stream(scope, send, context, head, body)
            else:
                await send_response(send, context, head, body.pieces)
        else:
            response = validated_response(operation, reply, none_match)
            await send_response(send, context, _naming(response, call.entry))

    def _is_current(self) -> bool:
        return self._worlds.served is self._served

    @cached_property
    def _running(self) -> RunningMock:
        """What the control API's handlers get; they are loaded when one is first asked."""
        from mockade.control.call import RunningMock

        control_api = self._router.control_api
        assert control_api is not None, "one of its operations was asked"
        return RunningMock(self._served, self._router.base_paths, self._worlds, self._settings, control_api)


def _naming(response: PreparedResponse, entry: int) -> PreparedResponse:
    """The answer to a control call with the number of the entry of what it changed."""
    return response._replace(headers=[*response.headers, (NUMBER, b"%d" % entry)]) if entry else response


def _keep(context: RoutedContext, transaction: Transaction, response: PreparedResponse) -> None:
    """Have the world's cache give the answer to a call that only read again, where nothing else decides."""
    exchange, answerer, question = context.exchange, context.answerer, context.question
    if question is None or answerer is None or exchange.request_body or exchange.violations:
        return
    if answerer.kind == "handler" and not context.api.module.pure:
        return
    if transaction.same_until > exchange.began and not transaction.start.clock.is_halted:
        cached = CachedResponse(
            response,
            exchange.api,
            exchange.operation,
            exchange.caller,
            exchange.answered_by,
            exchange.notices,
            transaction.same_until,
        )
        context.world.responses.keep(transaction.start, question, cached)


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
    *,
    timed_out: bool = False,
    memo: Any = None,
) -> PreparedResponse:
    call = context.api.call(transaction, timed_out=timed_out, memo=memo, **context.facts())
    prepare = partial(_prepared, context, none_match, settings, call)
    answer = partial(answered, answerer, call, prepare, partial(_fallback, context, settings))
    header = context.operation.idempotency_header
    if header and header not in answerer.headers:
        response = answered_once(call, context.operation, answer)
    else:
        response = answer()
    if call.notices:
        context.exchange.notices = [*context.exchange.notices, *call.notices]
    return response


def _prepared(
    context: RoutedContext, none_match: str, settings: Settings, call: Call, kind: Kind, reply: Reply
) -> PreparedResponse:
    """The reply of such an answerer as a response, if the contract allows it (`answering.Prepare`)."""
    operation = context.operation
    reply = with_body_of_status(call, operation, reply)
    if kind != "handler":
        reply = with_promised_headers(call, operation, reply, context.api.contract)
    elif reply.body is None:
        bodiless = without_content(call, operation, reply, strict=settings.strict)
        if bodiless is not None:
            return bodiless
    content = content_of_reply(context, reply, strict=settings.strict)
    if kind == "shape":
        check_writes_rows(content)
    response = validated_response(operation, reply, none_match, content)
    if context.api.contract.document.one_sided:
        call.notices += never_sent_notices(operation, reply, content, strict=settings.strict)
    return marked_generated(operation, response) if kind == "generated" else response


def _fallback(context: RoutedContext, settings: Settings, alone: ContractAnswerer) -> Answerer:
    answerer = _as_asked(context, alone, settings)
    context.exchange.answered_by = answerer.kind
    return answerer


def _as_asked(context: RoutedContext, answerer: Answerer, settings: Settings) -> Answerer:
    """The answerer in the media type that the caller takes, or the 501 of what is not to be generated."""
    if context.accept and isinstance(answerer, ContractAnswerer):
        answerer = answerer.of(content_of(context, context.operation.success, strict=settings.strict))
    return answerer if settings.generates else without_generated(answerer)
