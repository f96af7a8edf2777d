"""The world room: opens the visit of a request in the world that it chose."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from urllib.parse import unquote, unquote_to_bytes

from mockade.asgi import App, Receive, Scope, Send, header
from mockade.catalogue.router import MOCKADE_PATH, WORLD_PREFIX, Router
from mockade.errors import Refusal
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.guard import Guard
from mockade.worlds.journal import Exchange
from mockade.worlds.registry import Worlds

HEADER = b"x-mockade-world"

_LIKE_OWN = ("/_", "/%")
"""How every way begins in which Mockade's own paths can be written."""


def arrival(worlds: Worlds, router: Router, guard: Guard) -> Callable[[App], App]:
    """A world is chosen by the header, else by a prefix of the path: `/@name/…`; else it is the default."""
    marks = (WORLD_PREFIX, WORLD_PREFIX.replace("@", "%40"))
    special = (*marks, *_LIKE_OWN)

    def opened(scope: Scope) -> RequestContext:
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].decode("latin-1")
        prefix, own = "", False
        if path.startswith(special):
            if path.startswith(marks):
                first, slash, rest = path[1:].partition("/")
                prefix, path = f"/{first}", slash + rest or "/"
            path, own = _own(path)
        chosen, astray = worlds.default, None
        named = header(scope, HEADER)
        if (named is not None or prefix) and not (own and _is_foreign(guard, scope)):
            name = named.decode("latin-1") if named is not None else _name_in(prefix)
            try:
                chosen = worlds.get_or_create(name)
            except Refusal as refusal:
                astray = refusal
        if own:
            path = router.with_world(path, chosen.name)
        host = (header(scope, b"host") or b"localhost").decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        exchange = Exchange(scope["method"], path, chosen.name, query=query)
        exchange.request_headers = scope["headers"]
        return RequestContext(chosen, exchange, own, astray, base_url=f"{scope['scheme']}://{host}{prefix}")

    def room(next_app: App) -> App:
        def enter(scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            if scope["type"] == "http":
                scope[CONTEXT_KEY] = opened(scope)
            return next_app(scope, receive, send)

        return enter

    return room


def _own(path: str) -> tuple[str, bool]:
    """The path with Mockade's own part of it decoded, as the router reads it, and whether it has one."""
    if not path.startswith(_LIKE_OWN):
        return path, False
    first, slash, rest = path[1:].partition("/")
    if unquote(first) == MOCKADE_PATH[1:]:
        return f"{MOCKADE_PATH}{slash}{rest}", True
    return path, False


def _is_foreign(guard: Guard, scope: Scope) -> bool:
    """Whether a request to the control API will be refused: it is not to make worlds either."""
    try:
        guard.admit(scope)
    except Refusal:
        return True
    return False


def _name_in(prefix: str) -> str:
    """The world's name in `/@name`, percent-encoded or not."""
    return unquote_to_bytes(prefix.encode("latin-1")).decode("utf-8", "replace")[len(WORLD_PREFIX) :]
