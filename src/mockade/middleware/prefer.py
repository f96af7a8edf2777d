"""The room before the answer: a documented answer that the caller preferred is it, and nothing happens."""

from __future__ import annotations

from collections.abc import Callable

from mockade.asgi import App, Receive, Scope, Send
from mockade.contract.violations import Violated, Violation
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.documented import documented
from mockade.middleware.response_validation import send_response
from mockade.settings import Settings


def preferred(settings: Settings) -> Callable[[App], App]:
    def room(next_app: App) -> App:
        async def prefer(scope: Scope, receive: Receive, send: Send) -> None:
            context: RequestContext | None = scope.get(CONTEXT_KEY)
            preference = context.preference if context is not None else None
            if context is None or preference is None:
                await next_app(scope, receive, send)
                return
            answer = documented(context, preference.status, {}, preference.example)
            if answer is not None:
                context.exchange.answered_by = "example"
                applied = (b"preference-applied", preference.applied.encode())
                await send_response(send, context, answer._replace(headers=[*answer.headers, applied]))
                return
            message = f"`Prefer: {preference.applied}` is not applied: nothing that the contract has fits it."
            notice = Violation("header", ("prefer",), "undeclared", message, notice=True)
            if settings.strict:
                raise Violated([notice.enforced()])
            context.exchange.notices = [*context.exchange.notices, notice]
            await next_app(scope, receive, send)

        return prefer

    return room
