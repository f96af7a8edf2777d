"""The world room: opens the visit of a request in the world it lives in."""

from __future__ import annotations

from collections.abc import Callable

from mockade.journal import Exchange
from mockade.visit import KEY, App, Receive, Scope, Send, Visit, header
from mockade.world import World


class Worlds:
    """The worlds of a server: so far the one that is always there."""

    def __init__(self, default: World) -> None:
        self.default = default


def world(worlds: Worlds) -> Callable[[App], App]:

    def room(next_app: App) -> App:
        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http":
                raw = scope.get("raw_path") or scope["path"].encode()
                path = raw.partition(b"?")[0].decode("latin-1")
                chosen = worlds.default
                query = scope["query_string"].decode("latin-1")
                now = chosen.state.clock.now()
                exchange = Exchange(scope["method"], path, chosen.name, query, began=now)
                host = (header(scope, b"host") or b"localhost").decode("latin-1")
                scope[KEY] = Visit(chosen, exchange, base_url=f"{scope['scheme']}://{host}")
            await next_app(scope, receive, send)

        return enter

    return room
