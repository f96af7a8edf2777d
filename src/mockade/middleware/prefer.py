"""Prefer middleware: sends the documented answer that a caller prefers (`Prefer: code=503, example=name`)."""

from __future__ import annotations

from collections.abc import Awaitable

from mockade.asgi import App, Receive, Scope, Send
from mockade.contract.generation.draws import Draws
from mockade.contract.violations import Violated, Violation
from mockade.middleware.context import CONTEXT_KEY, RoutedContext
from mockade.middleware.documented_responses import documented_response
from mockade.middleware.responses import is_generated, send_response
from mockade.settings import Settings


class PreferMiddleware:
    """An answer that is preferred is sent, and nothing happens in the world.

    One that nothing fits is a notice, with `--strict` a violation, and the request goes on.
    """

    def __init__(self, app: App, settings: Settings) -> None:
        self._app = app
        self._settings = settings

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RoutedContext = scope[CONTEXT_KEY]
        if context.preference is None:
            return self._app(scope, receive, send)
        preference = context.preference
        seed = _seed(context) if preference.dynamic and preference.seed is None else preference.seed
        answer = documented_response(context, preference.status, {}, preference.example, seed)
        if answer is not None:
            context.exchange.answered_by = "generated" if is_generated(answer) else "example"
            applied = (b"preference-applied", preference.applied.encode())
            return send_response(send, context, answer._replace(headers=[*answer.headers, applied]))
        message = f"`Prefer: {preference.applied}` is not applied: nothing that the contract has fits it."
        notice = Violation("header", ("prefer",), "undeclared", message, notice=True)
        if self._settings.strict:
            raise Violated([notice.enforced()])
        context.exchange.notices = [*context.exchange.notices, notice]
        return self._app(scope, receive, send)


def _seed(context: RoutedContext) -> int:
    """A seed that is another for each request. It is not drawn from the chance that ids come from."""
    world = context.world
    drawn = Draws.of("dynamic", world.state.seed, world.count_generated())
    return drawn.number()
