"""The recorder room: opens the journal's entry for a request, closes it, and tells the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from mockade.journal import Exchange
from mockade.visit import KEY, App, Message, Receive, Scope, Send, Visit

Tell = Callable[[Exchange], None]


def recorder(tell: Tell) -> Callable[[App], App]:
    """`tell` hears of each exchange when it is over."""

    def room(next_app: App) -> App:
        async def record(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] != "http":
                await next_app(scope, receive, send)
                return
            visit: Visit = scope[KEY]
            exchange = visit.exchange
            started = time.perf_counter()

            async def sent(message: Message) -> None:
                if message["type"] == "http.response.start":
                    exchange.status = message["status"]
                await send(message)

            try:
                await next_app(scope, receive, sent)
            finally:
                exchange.took = time.perf_counter() - started
                visit.world.journal.note(exchange)
                tell(exchange)

        return record

    return room


def silent(_exchange: Any) -> None:
    """Tells nobody."""
