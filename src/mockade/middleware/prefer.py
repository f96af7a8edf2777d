"""The room before the answer: a documented answer that the caller preferred is it, and nothing happens."""

from __future__ import annotations

from collections.abc import Callable

from mockade.asgi import App, Receive, Scope, Send
from mockade.contract.violations import Violation
from mockade.middleware.context import KEY, Visit
from mockade.middleware.documented import documented
from mockade.middleware.request_validation import Violated
from mockade.middleware.response_validation import send_checked
from mockade.settings import Settings


def preferred(settings: Settings) -> Callable[[App], App]:
    def room(next_app: App) -> App:
        async def prefer(scope: Scope, receive: Receive, send: Send) -> None:
            visit: Visit | None = scope.get(KEY)
            preference = visit.preference if visit is not None else None
            if visit is None or preference is None:
                await next_app(scope, receive, send)
                return
            answer = documented(visit, preference.status, {}, preference.example)
            if answer is not None:
                visit.exchange.answered_by = "example"
                applied = (b"preference-applied", preference.applied.encode())
                await send_checked(send, visit, answer._replace(headers=[*answer.headers, applied]))
                return
            message = f"`Prefer: {preference.applied}` is not applied: nothing that the contract has fits it."
            notice = Violation("header", ("prefer",), "undeclared", message, notice=True)
            if settings.strict:
                raise Violated([notice.enforced()])
            visit.exchange.notices = [*visit.exchange.notices, notice]
            await next_app(scope, receive, send)

        return prefer

    return room
