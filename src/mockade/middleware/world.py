"""World middleware: makes the context of a request, in the world that it chose."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote, unquote_to_bytes

from mockade.asgi import App, Receive, Scope, Send, header, header_list
from mockade.catalogue.router import Router
from mockade.errors import Refusal
from mockade.middleware.context import CONTEXT_KEY, RequestContext
from mockade.middleware.guard import Guard, is_cross_site
from mockade.server.connection import EXTENSION
from mockade.settings import MOCKADE_PATH, WORLD_PREFIX
from mockade.worlds.journal import Exchange
from mockade.worlds.registry import NAME, Worlds
from mockade.worlds.world import World

HEADER = b"x-mockade-world"

_INTERNAL = ("/_", "/%")
"""How every spelling of Mockade's own paths begins."""

_MARKS = (WORLD_PREFIX, WORLD_PREFIX.replace("@", "%40"))
_SPECIAL = (*_MARKS, *_INTERNAL)


class WorldMiddleware:
    """Chooses the world by the header, else by a prefix of the path (`/@name/…`); else it is the default.

    Only HTTP requests go on from here: every later middleware finds a context in the scope.
    """

    def __init__(
        self, app: App, worlds: Worlds, router: Router, guard: Guard, origins: Sequence[str] = ()
    ) -> None:
        """`origins` are those whose pages may call the APIs from another site."""
        self._app = app
        self._origins = origins
        self._worlds = worlds
        self._router = router
        self._guard = guard

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope[CONTEXT_KEY] = self._context(scope)
            await self._app(scope, receive, send)

    def _context(self, scope: Scope) -> RequestContext:
        raw = scope.get("raw_path") or scope["path"].encode()
        path = raw.partition(b"?")[0].decode("latin-1")
        prefix, is_internal = "", False
        if path.startswith(_SPECIAL):
            if path.startswith(_MARKS):
                first, slash, rest = path[1:].partition("/")
                # What can be no world's name may be a path of a contract.
                if NAME.fullmatch(_name_in(f"/{first}")) or self._router.match(path) is None:
                    prefix, path = f"/{first}", slash + rest or "/"
            path, is_internal = _internal(path)
        world, refusal = self._worlds.default, None
        named = header(scope, HEADER)
        if (named is not None or prefix) and not (is_internal and self._is_foreign(scope)):
            name = named.decode("latin-1") if named is not None else _name_in(prefix)
            try:
                world = self._chosen(scope, name)
            except Refusal as error:
                refusal = error
        if is_internal:
            path = self._router.with_world(path, world.name)
        host = (header(scope, b"host") or b"localhost").decode("latin-1")
        query = scope["query_string"].decode("latin-1")
        exchange = Exchange(scope["method"], path, world.name, query=query)
        exchange.request_headers = scope["headers"]
        if "extensions" in scope and EXTENSION in scope["extensions"]:
            exchange.connection = scope["extensions"][EXTENSION].ended
        base_url = f"{scope['scheme']}://{host}{prefix}"
        accept = "" if is_internal else header_list(scope, b"accept")
        accept = "" if accept == "*/*" else accept
        return RequestContext(world, exchange, is_internal, refusal, base_url=base_url, accept=accept)

    def _chosen(self, scope: Scope, name: str) -> World:
        """The world of that name. Refuses to make one for a page of another site."""
        if is_cross_site(scope, self._origins) and self._worlds.find(name) is None:
            origin = (header(scope, b"origin") or b"ORIGIN").decode("latin-1")
            message = (
                f"There is no world {name[:100]!r}, and a page of another site makes none: allow it with "
                f"--cors {origin}, or make the world first."
            )
            raise Refusal(403, "foreign_page", message)
        return self._worlds.get_or_create(name)

    def _is_foreign(self, scope: Scope) -> bool:
        """Whether a request to the control API will be refused: then it is not to make a world either."""
        try:
            self._guard.admit(scope)
        except Refusal:
            return True
        return False


def _internal(path: str) -> tuple[str, bool]:
    """The path, and whether it is one of Mockade's own; the first segment of such a one comes out decoded."""
    if not path.startswith(_INTERNAL):
        return path, False
    first, slash, rest = path[1:].partition("/")
    if unquote(first) == MOCKADE_PATH[1:]:
        return f"{MOCKADE_PATH}{slash}{rest}", True
    return path, False


def _name_in(prefix: str) -> str:
    """The world's name in `/@name`, percent-encoded or not."""
    return unquote_to_bytes(prefix.encode("latin-1")).decode("utf-8", "replace")[len(WORLD_PREFIX) :]
