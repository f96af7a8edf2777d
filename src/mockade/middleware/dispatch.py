"""The innermost application: the answerer runs inside the world's transaction."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mockade.asgi import Receive, Scope, Send, respond
from mockade.catalogue.answerers import Answerer
from mockade.contract.operations import Operation
from mockade.control import ControlCall, RunningMock
from mockade.errors import OurFault, problem_details
from mockade.handling import Call, Reply
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.response_validation import (
    PreparedResponse,
    header_of,
    send_response,
    validated_response,
    with_promised_headers,
)
from mockade.state.compact import compact_bytes
from mockade.state.transaction import Transaction

RELOADED = "The files of this API were reloaded while the request was under way: send it again."


class Dispatch:
    """Asks the operation's answerer, and commits what it changed only when its answer keeps the contract."""

    def __init__(self, running: RunningMock) -> None:
        self._running = running

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        running = self._running
        context: RequestContext = scope[CONTEXT_KEY]
        operation, api = context.operation, context.api
        assert operation is not None, "routing lets nobody through without an operation"
        assert api is not None, "an operation belongs to an API"
        answerer = context.answerer = api.answerers[operation.id]
        context.exchange.answered_by = answerer.kind
        if running.is_outdated:
            await _turn_back(context, send)
            return
        # Only a read may be answered with 304: anything else has happened by then.
        reads = context.exchange.method in ("GET", "HEAD") and "304" in operation.responses
        none_match = header_of(scope, b"if-none-match") if reads else ""
        if context.is_internal:
            context.exchange.answered_by = "control"
            checked = validated_response(
                operation, _replied(answerer, _control_call(running, context)), none_match
            )
        else:
            act = _acting(context, answerer, operation, none_match)
            checked, transaction = context.world.transact(act)
            context.exchange.before = transaction.start
            context.exchange.began = transaction.start.clock.now()  # its body may have taken long to come
            context.exchange.changes = transaction.changes()
        await send_response(send, context, checked)


async def _turn_back(context: RequestContext, send: Send) -> None:
    """Answer a request that the old contract let in, when the rows are those of the new one already."""
    context.exchange.answered_by = "engine"
    context.exchange.reason = RELOADED
    body = compact_bytes(orjson.dumps(problem_details(503, RELOADED)))
    headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"0")]
    await respond(send, 503, body, headers, head=context.exchange.method == "HEAD")


def _acting(
    context: RequestContext, answerer: Answerer, operation: Operation, none_match: str
) -> Callable[[Transaction], PreparedResponse]:
    api = context.api
    assert api is not None, "see room"

    def act(transaction: Transaction) -> PreparedResponse:
        call = api.call(
            transaction,
            caller=context.caller,
            base_url=context.base_url,
            path=context.path,
            query=context.query,
            headers=context.headers,
            cookies=context.cookies,
            body=context.body,
        )
        reply = _replied(answerer, call)
        if answerer.kind != "handler":
            reply = with_promised_headers(call, operation, reply)
        return validated_response(operation, reply, none_match)

    return act


def _control_call(running: RunningMock, context: RequestContext) -> ControlCall:
    return ControlCall(running, context.path, context.query, context.headers, context.cookies, context.body)


def _replied(answerer: Answerer, call: Call | ControlCall) -> Reply:
    try:
        given = answerer.answer(call)
        return given if isinstance(given, Reply) else Reply(given)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # sys.exit() in a handler is to end neither the server nor its manners
        raise OurFault(f"{answerer.name} raised {type(error).__name__}: {error}.") from error
