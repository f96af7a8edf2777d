"""CORS middleware: lets pages of the origins that were named call the APIs, but never the control API."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from starlette.middleware.cors import CORSMiddleware

from mockade.asgi import App, Receive, Scope, Send, header
from mockade.catalogue.router import Router
from mockade.middleware.context import CONTEXT_KEY

EXPOSED = ("ETag", "Location", "Preference-Applied", "Retry-After", "X-Mockade-Answer", "X-Mockade-Exchange")
"""Headers of an answer that a page may read besides those every page may."""


class CorsMiddleware:
    """Starlette's CORSMiddleware for all but the control API; without origins there is no CORS at all."""

    def __init__(self, app: App, router: Router, origins: Sequence[str]) -> None:
        self._app = app
        self._origins = origins
        methods = {one.operation.method for one in router.routes if one.api is not router.control_api}
        self._cors = CORSMiddleware(
            app,
            allow_origins=origins,
            allow_methods=sorted(methods | ({"HEAD"} if "GET" in methods else set())),
            allow_headers=["*"],
            expose_headers=EXPOSED,
            # A browser asks this of a page from elsewhere that calls a server on its own machine.
            allow_private_network=True,
        )

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if not self._origins or scope[CONTEXT_KEY].is_internal:
            return self._app(scope, receive, send)
        return self._with_cors(scope, receive, send)

    async def _with_cors(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._cors(scope, receive, send)
        if scope["method"] == "OPTIONS" and header(scope, b"access-control-request-method") is not None:
            exchange = scope[CONTEXT_KEY].exchange  # no later middleware has seen it
            exchange.answered_by = "mockade"
            if exchange.status >= 400:
                origin = (header(scope, b"origin") or b"").decode("latin-1")
                allowed = f"allowed are {', '.join(self._origins)} and the contract's methods"
                exchange.reason = f"CORS: not for {origin} with this method; {allowed}."
