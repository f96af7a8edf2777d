"""CORS middleware: lets pages of this machine, or of the origins that were named, call the APIs.

The control API is for none of them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterable, Sequence
from functools import cached_property

from starlette.datastructures import MutableHeaders
from starlette.middleware.cors import CORSMiddleware

from mockade.asgi import App, Message, Receive, Scope, Send, header
from mockade.catalogue.router import CONTROL_PATH, Route, Router
from mockade.middleware.browsers import is_preflight
from mockade.middleware.context import CONTEXT_KEY

EXPOSED = (
    "ETag",
    "Location",
    "Preference-Applied",
    "Retry-After",
    "X-Mockade-Answer",
    "X-Mockade-Exchange",
    "X-Mockade-Violations",
)
"""Headers of an answer that a page may read besides those every page may, and those of the contracts."""

_PORT = "(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])"
LOOPBACK = rf"https?://(?:localhost|127\.0\.0\.1|\[::1\])(?::{_PORT})?"
"""The origins of this machine's own pages, which are let in where none is named."""

_NEVER_EXPOSED = frozenset({"set-cookie", "set-cookie2"})


class CorsMiddleware:
    """Starlette's CORSMiddleware for all but the control API.

    Cookies may be sent where a contract has some and the origins are named: with `*`, or by default, never.
    """

    def __init__(self, app: App, router: Router, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = origins
        self._router = router

    @cached_property
    def _cors(self) -> CORSMiddleware:
        """Made for the first request of a page: it goes through all operations."""
        router, origins = self._router, self._origins
        routes = [one for one in router.routes if one.base != CONTROL_PATH]
        methods = {one.operation.method for one in routes}
        return CORSMiddleware(
            self._app,
            allow_origins=origins,
            allow_origin_regex=None if origins else LOOPBACK,
            allow_methods=sorted(methods | ({"HEAD"} if "GET" in methods else set())),
            allow_headers=["*"],
            allow_credentials=bool(origins) and "*" not in origins and _take_cookies(routes),
            expose_headers=_exposed(routes),
            # A browser asks this of a page from elsewhere that calls a server on its own machine.
            allow_private_network=True,
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope[CONTEXT_KEY].is_internal:
            return self._app(scope, receive, send)
        if not self._origins:
            origin = header(scope, b"origin")
            if origin is None:
                return self._app(scope, receive, send)
            if not self._cors.is_allowed_origin(origin.decode("latin-1")):
                return self._app(scope, receive, _varying(send))
        return self._with_cors(scope, receive, send)

    async def _with_cors(self, scope: Scope, receive: Receive, send: Send) -> None:
        if is_preflight(scope["method"], scope["headers"]):
            send = self._naming(scope, send)  # no later middleware sees it
        await self._cors(scope, receive, send)

    def _naming(self, scope: Scope, send: Send) -> Send:
        """Say who answered a preflight, and why it was refused, before its entry is in the journal."""

        async def send_named(message: Message) -> None:
            exchange = scope[CONTEXT_KEY].exchange
            if message["type"] == "http.response.start":
                exchange.answered_by = "mockade"
                if message["status"] >= 400:
                    origin = (header(scope, b"origin") or b"").decode("latin-1")
                    named = ", ".join(self._origins) or "this machine's own pages"
                    allowed = f"allowed are {named} and the contract's methods"
                    exchange.reason = f"CORS: not for {origin} with this method; {allowed}."
            await send(message)

        return send_named


def _varying(send: Send) -> Send:
    """Say of an answer that it would be another one for another origin."""

    async def send_varying(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Origin")
        await send(message)

    return send_varying


def _take_cookies(routes: Iterable[Route]) -> bool:
    """Whether a contract has a cookie that a page would have to send: a scheme's, or a parameter."""
    return any(
        any(scheme.carrier == "cookie" for scheme in route.api.contract.security_schemes.values())
        or any(parameter.where == "cookie" for parameter in route.operation.parameters)
        for route in routes
    )


def _exposed(routes: Iterable[Route]) -> list[str]:
    """The headers that the contracts document for any answer, after our own."""
    names = {name.lower(): name for name in EXPOSED}
    for route in routes:
        for response in route.operation.responses.values():
            for documented in response.headers.values():
                names.setdefault(documented.name.lower(), documented.name)
    ours = {name.lower() for name in EXPOSED} | _NEVER_EXPOSED
    return [*EXPOSED, *(name for key, name in sorted(names.items()) if key not in ours)]
