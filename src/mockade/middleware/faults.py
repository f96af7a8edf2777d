"""Fault middleware: a request that a rule of its world matches meets a fault."""

from __future__ import annotations

from collections.abc import Awaitable

from mockade.asgi import App, Receive, Scope, Send, header
from mockade.middleware.context import CONTEXT_KEY, RoutedContext
from mockade.middleware.documented_responses import documented_response, undocumented_response
from mockade.middleware.receiving import ClientGone, drain, drain_after_refusal
from mockade.middleware.responses import send_response
from mockade.server.connection import pause
from mockade.worlds.faults import Fault, FaultAction

OVERLOADED = frozenset({429, 503})
"""Statuses that come with `Retry-After`."""

RETRY_AFTER = 1
"""Seconds, where the rule does not say how many."""


class FaultMiddleware:
    """Delays a request, answers it with a status, or leaves it without an answer.

    Where the connection is to be dropped nobody answers: the recorder notes that, and then drops it.
    """

    def __init__(self, app: App) -> None:
        self._app = app

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RoutedContext = scope[CONTEXT_KEY]
        context.fault = None if context.is_internal else match_fault(context)
        if context.fault is None:
            return self._app(scope, receive, send)
        return self._misbehave(context, context.fault.do, scope, receive, send)

    async def _misbehave(
        self, context: RoutedContext, do: FaultAction, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if do.delay_ms and not await pause(scope, do.delay_ms / 1000):
            raise ClientGone
        if do.status is not None:
            context.exchange.answered_by = "fault"
            headers = retry_after(do)
            answer = documented_response(context, do.status, headers) or undocumented_response(
                context, do.status, headers
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


def match_fault(context: RoutedContext) -> Fault | None:
    """Count the request in its world; the rule that it meets, if any."""
    exchange = context.exchange
    return context.world.match_fault(exchange.api, exchange.operation, exchange.caller)


def retry_after(do: FaultAction) -> dict[str, str]:
    """The header that goes with a status."""
    if do.retry_after is None and do.status not in OVERLOADED:
        return {}
    return {"Retry-After": str(RETRY_AFTER if do.retry_after is None else do.retry_after)}
