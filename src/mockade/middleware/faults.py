"""Fault middleware: a request that a rule of its world matches meets a fault."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace
from typing import Any
from urllib.parse import unquote

import orjson

from mockade.asgi import App, Receive, Scope, Send, header
from mockade.contract.violations import ABSENT
from mockade.errors import RunAgain
from mockade.middleware.context import CONTEXT_KEY, KEPT_FAULT, RoutedContext
from mockade.middleware.documented_responses import documented_response, undocumented_response
from mockade.middleware.receiving import (
    ClientGone,
    drain,
    drain_after_refusal,
    receive_body,
    received_again,
)
from mockade.middleware.responses import send_response
from mockade.server.connection import pause
from mockade.settings import Settings
from mockade.worlds.fault_match import FaultRequest
from mockade.worlds.faults import Fault, FaultAction

OVERLOADED = frozenset({429, 503})
"""Statuses that come with `Retry-After`."""

RETRY_AFTER = 1
"""Seconds, where the rule does not say how many."""


class FaultMiddleware:
    """Delays a request, answers it with a status, or leaves it without an answer.

    Where the connection is to be dropped nobody answers: the recorder notes that, and then drops it. It is
    the recorder, too, that sends an answer slowly.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RoutedContext = scope[CONTEXT_KEY]
        if context.is_internal or not context.world.faults.rules:
            return self._app(scope, receive, send)
        return self._match(context, scope, receive, send)

    async def _match(self, context: RoutedContext, scope: Scope, receive: Receive, send: Send) -> None:
        if KEPT_FAULT in scope:
            await self._again(context, scope[KEPT_FAULT], scope, receive, send)
            return
        world, request = context.world, fault_request(context, scope)
        if world.faults.asks_for_body(request):
            most, patience = self._settings.max_body, self._settings.patience
            raw = await receive_body(scope, receive, most=most, patience=patience)
            receive = received_again(raw, receive)
            request = request._replace(body=_json_of(raw))
        context.fault = world.match_fault(request)
        if context.fault is None:
            await self._app(scope, receive, send)
            return
        if context.fault.do.delay_ms and not await world.settled():
            raise RunAgain  # its count does not stand, and is not to be waited upon
        await self._misbehave(context, context.fault.do, scope, receive, send)

    async def _again(
        self, context: RoutedContext, kept: Fault | None, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Meet what was met before, without the wait, where a request is run again."""
        if kept is None:
            await self._app(scope, receive, send)
            return
        context.fault = replace(kept, do=kept.do._replace(delay_ms=None))
        await self._misbehave(context, context.fault.do, scope, receive, send)

    async def _misbehave(
        self, context: RoutedContext, do: FaultAction, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if isinstance(do.delay_ms, int) and do.delay_ms and not await pause(scope, do.delay_ms / 1000):
            raise ClientGone
        if do.status is not None:
            context.exchange.answered_by = "fault"
            headers = retry_after(do)
            answer = (
                (documented_response(context, do.status, headers, do.example) if do.example else None)
                or documented_response(context, do.status, headers)
                or undocumented_response(context, do.status, headers)
            )
            await send_response(
                drain_after_refusal(receive, send), context, answer
            )  # nobody has read the body
        elif do.drop in ("empty", "reset"):
            # On an unread request an end would be a reset, and a reset an end to who is still sending. But
            # a client that waits for 100 Continue sends nothing more.
            if header(scope, b"expect") is None:
                await drain(receive)
        else:
            await self._app(scope, receive, send)


def fault_request(context: RoutedContext, scope: Scope) -> FaultRequest:
    """What rules look at, without the body."""
    exchange = context.exchange
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text
    return FaultRequest(
        exchange.api,
        exchange.operation,
        exchange.caller,
        unquote(exchange.path),  # the scope's has the world's prefix
        headers,
        context.world.state.clock.now(),
        family=context.api.family_name,
    )


def _json_of(raw: bytes) -> Any:
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError:
        return ABSENT


def retry_after(do: FaultAction) -> dict[str, str]:
    """The header that goes with a status."""
    if do.retry_after is None and do.status not in OVERLOADED:
        return {}
    return {"Retry-After": str(RETRY_AFTER if do.retry_after is None else do.retry_after)}
