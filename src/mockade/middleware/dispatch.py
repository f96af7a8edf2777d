"""The innermost application: the answerer runs inside the world's transaction."""

from __future__ import annotations

from collections.abc import Callable

import orjson

from mockade.asgi import App, Receive, Scope, Send, respond
from mockade.catalogue.answerers import Answerer
from mockade.contract.operations import Operation
from mockade.control import ControlCall, Running
from mockade.errors import OurFault, problem_details
from mockade.handling import Call, Reply
from mockade.middleware.context import KEY, Visit
from mockade.middleware.response_validation import (
    Checked,
    checked_out,
    header_of,
    send_checked,
    with_promised_headers,
)
from mockade.state.compact import at_rest
from mockade.state.transaction import Transaction

RELOADED = "The files of this API were reloaded while the request was under way: send it again."


def answer(running: Running) -> App:
    """The room. It commits what a call changed only when its answer keeps the contract."""

    async def room(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        visit: Visit = scope[KEY]
        operation, api = visit.operation, visit.api
        assert operation is not None, "routing lets nobody through without an operation"
        assert api is not None, "an operation belongs to an API"
        answerer = visit.answerer = api.answerers[operation.id]
        visit.exchange.answered_by = answerer.kind
        if running.is_over:
            await _turn_back(visit, send)
            return
        # Only a read may be answered with 304: anything else has happened by then.
        reads = visit.exchange.method in ("GET", "HEAD") and "304" in operation.responses
        none_match = header_of(scope, b"if-none-match") if reads else ""
        if visit.own:
            visit.exchange.answered_by = "control"
            checked = checked_out(operation, _replied(answerer, _control_call(running, visit)), none_match)
        else:
            act = _acting(visit, answerer, operation, none_match)
            checked, transaction = visit.world.transact(act)
            visit.exchange.before = transaction.start
            visit.exchange.began = transaction.start.clock.now()  # its body may have taken long to come
            visit.exchange.changes = transaction.changes()
        await send_checked(send, visit, checked)

    return room


async def _turn_back(visit: Visit, send: Send) -> None:
    """Answer a request that the old contract let in, when the rows are those of the new one already."""
    visit.exchange.answered_by = "engine"
    visit.exchange.reason = RELOADED
    body = at_rest(orjson.dumps(problem_details(503, RELOADED)))
    headers = [(b"content-type", b"application/problem+json"), (b"retry-after", b"0")]
    await respond(send, 503, body, headers, head=visit.exchange.method == "HEAD")


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
        reply = _replied(answerer, call)
        if answerer.kind != "handler":
            reply = with_promised_headers(call, operation, reply)
        return checked_out(operation, reply, none_match)

    return act


def _control_call(running: Running, visit: Visit) -> ControlCall:
    return ControlCall(running, visit.path, visit.query, visit.headers, visit.cookies, visit.body)


def _replied(answerer: Answerer, call: Call | ControlCall) -> Reply:
    try:
        given = answerer.answer(call)
        return given if isinstance(given, Reply) else Reply(given)
    except (Exception, KeyboardInterrupt):
        raise
    except BaseException as error:  # sys.exit() in a handler is to end neither the server nor its manners
        raise OurFault(f"{answerer.name} raised {type(error).__name__}: {error}.") from error
