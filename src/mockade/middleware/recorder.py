"""Recorder middleware: completes a request's exchange, enters it into the world's journal, and logs it."""

from __future__ import annotations

import asyncio
import time

from mockade.asgi import App, Headers, Message, Receive, Scope, Send
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.server.connection import drop_connection, send_half, send_slowly
from mockade.worlds.faults import Fault
from mockade.worlds.journal import Exchange, ExchangeListener

NUMBER = b"x-mockade-exchange"
"""The header by which an answer names its entry in the journal."""


class RecorderMiddleware:
    """Calls `on_exchange` with each finished exchange, those of the mock's own pages included."""

    def __init__(self, app: App, on_exchange: ExchangeListener) -> None:
        self._app = app
        self._on_exchange = on_exchange

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        arrived: RequestContext = scope[CONTEXT_KEY]
        world, exchange = arrived.world, arrived.exchange
        started = time.perf_counter()
        world.request_began()
        head: Message | None = None

        async def recorded(message: Message) -> None:
            """Hold a response's head back until its body is there: both belong to the entry it names."""
            nonlocal head
            if message["type"] == "http.response.start":
                head = message
                return
            context: RequestContext = scope[CONTEXT_KEY]  # another, once the request is routed
            if head is not None:
                start, head = head, None
                exchange.status = start["status"] if exchange.answered_by != "nobody" else 0
                exchange.response_headers = start["headers"]
                exchange.response_body = b"" if exchange.method == "HEAD" else message.get("body", b"")
                if not context.is_internal:
                    start["headers"] = [*start["headers"], *record(context)]
                if context.fault is None:
                    await send(start)
                else:
                    message = await _begin_badly(scope, send, context, start, message)
            if context.fault is None or not context.drop:
                await send(message)

        try:
            await self._app(scope, receive, recorded)
        finally:
            context: RequestContext = scope[CONTEXT_KEY]
            world.request_ended()
            exchange.took = time.perf_counter() - started
            if context.is_internal:
                exchange.began = context.world.state.clock.now()
            else:
                if not exchange.weight:
                    record(context)  # it ended without a response
                if not world.coverage.count_known(exchange):
                    # What was sent goes out at the end of this turn of the loop, and does not wait for it.
                    # Nor is it awaited: the client may hang up, and the exchange is to be told all the same.
                    asyncio.get_running_loop().call_soon(world.coverage.count, exchange)
            self._on_exchange(exchange)
        if context.fault is not None and context.drop:
            drop_connection(scope, context.drop)


async def _begin_badly(
    scope: Scope, send: Send, context: RequestContext, start: Message, message: Message
) -> Message:
    """Begin an answer as its fault has it; returns what is left to be sent."""
    body = context.exchange.response_body
    if context.bandwidth:
        body = body[: len(body) // 2] if context.drop == "half" else body
        await send_slowly(scope, send, start, body, context.bandwidth)
        return {**message, "body": b""}
    if context.drop == "half":
        await send_half(send, start, body)
    else:
        await send(start)
    return message


def record(context: RequestContext) -> Headers:
    """Enter a request into the journal of its world; the header with its number, none if it has none yet."""
    exchange = context.exchange
    if context.fault is not None:
        name_fault(exchange, context.fault)
    if exchange.before is None:  # it never came to a transaction
        exchange.before = context.world.state
        exchange.began = context.world.state.clock.now()
    context.world.journal.append(exchange)
    return [(NUMBER, b"%d" % exchange.id)] if exchange.id else []


def name_fault(exchange: Exchange, fault: Fault) -> None:
    """Say that an exchange met a fault, and who answered all the same; a bug of ours stays one."""
    who = exchange.answered_by
    also = "The client hung up." if who == "nobody" else f"Answered by {who}."
    parts = (fault.sentence(), also if who not in ("", "fault") else "", exchange.reason)
    exchange.reason = " ".join(part for part in parts if part)
    if who != "mockade":
        exchange.answered_by = "fault"
