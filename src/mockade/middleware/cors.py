"""The CORS room: lets pages of the origins that were named call the APIs, but never the control API."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.middleware.cors import CORSMiddleware

from mockade.asgi import App, Receive, Scope, Send, header
from mockade.catalogue.router import Router
from mockade.middleware.context import CONTEXT_KEY

EXPOSED = ("ETag", "Location", "Preference-Applied", "Retry-After", "X-Mockade-Exchange")
"""Headers of an answer that a page may read besides those every page may."""


def cors(router: Router, origins: Sequence[str]) -> Callable[[App], App]:
    """Answers preflights itself."""
    methods = {one.operation.method for one in router.routes if one.api is not router.control_api}

    def room(next_app: App) -> App:
        middleware = CORSMiddleware(
            next_app,
            allow_origins=origins,
            allow_methods=sorted(methods | ({"HEAD"} if "GET" in methods else set())),
            allow_headers=["*"],
            expose_headers=EXPOSED,
            # A browser asks this of a page from elsewhere that calls a server on its own machine.
            allow_private_network=True,
        )

        async def enter(scope: Scope, receive: Receive, send: Send) -> None:
            if scope["type"] == "http" and scope[CONTEXT_KEY].own:
                await next_app(scope, receive, send)
                return
            await middleware(scope, receive, send)
            preflight = scope["type"] == "http" and scope["method"] == "OPTIONS"
            if preflight and header(scope, b"access-control-request-method") is not None:
                exchange = scope[CONTEXT_KEY].exchange  # nobody further in has seen it
                exchange.answered_by = "mockade"
                if exchange.status >= 400:
                    asked = (header(scope, b"origin") or b"").decode("latin-1")
                    allowed = f"allowed are {', '.join(origins)} and the contract's methods"
                    exchange.reason = f"CORS: not for {asked} with this method; {allowed}."

        return enter if origins else next_app

    return room
