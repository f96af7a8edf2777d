"""The routing room: which operation a request means, told to the rooms after it in Connexion's context."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.path_tree import Match
from mockade.catalogue.router import Served, Switchboard
from mockade.contract.parameters import decoded
from mockade.errors import EngineRefusal
from mockade.middleware.context import KEY, Visit

CONNEXION_MOUNT = ""
"""All APIs are one merged projection at the root, so Connexion knows a single mount."""


def routing(switchboard: Switchboard) -> Callable[[App], App]:
    return lambda app: _Routing(app, switchboard)


class _Routing:
    """In the place of Connexion's room, which has Starlette's router choose.

    That tries regular expressions in a row on the decoded path: `%2F` splits a segment, a templated path
    takes what a static one refused by method, 405 lists one route's methods, and a trailing slash is
    redirected. None of that is the contract's word.
    """

    def __init__(self, app: App, switchboard: Switchboard) -> None:
        self._next = app
        self._switchboard = switchboard

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if scope["type"] != "http":
            return self._next(scope, receive, send)
        visit: Visit = scope[KEY]
        if visit.astray is not None:
            raise visit.astray
        path = visit.exchange.path
        match = self._switchboard.match(path)
        if match is None:
            raise self._nobody(visit, path)
        served = self._chosen(visit, match)
        visit.operation = served.operation
        visit.base_url = f"{visit.base_url}{served.base}"
        visit.exchange.operation = served.operation.id
        try:
            visit.path = {
                name: decoded(text) if "%" in text else text
                for name, text in zip(served.names, match.values, strict=True)
            }
        except UnicodeDecodeError:
            raise EngineRefusal(
                "malformed_request", f"The path {path} holds percent-encoded bytes that are not UTF-8."
            ) from None
        extensions = scope.setdefault("extensions", {})
        extensions[ROUTING_CONTEXT] = {"api_base_path": CONNEXION_MOUNT, "operation_id": served.id}
        return self._next(scope, receive, send)

    def _nobody(self, visit: Visit, path: str) -> EngineRefusal:
        visit.api = self._switchboard.owner(path)
        visit.exchange.api = visit.api.stem if visit.api else ""
        nearest = self._switchboard.nearest(path, {visit.api.stem} if visit.api else None)
        message = f"No operation at {visit.exchange.method} {path}."
        if nearest is not None:
            message += f" The nearest is {nearest.operation.method} {nearest.base}{nearest.operation.path}."
        return EngineRefusal("no_operation", message)

    def _chosen(self, visit: Visit, match: Match[Served]) -> Served:
        """The operation of the request's method; a HEAD is its GET without a body."""
        method = visit.exchange.method
        served = match.methods.get(method) or (match.methods.get("GET") if method == "HEAD" else None)
        any_of_them = served or next(iter(match.methods.values()))
        visit.api = any_of_them.api
        visit.exchange.api = visit.api.stem
        if served is None:
            allowed = sorted({*match.methods, *(["HEAD"] if "GET" in match.methods else [])})
            message = f"{any_of_them.operation.path} does not take {method}; it takes {', '.join(allowed)}."
            raise EngineRefusal("method_not_allowed", message, headers={"Allow": ", ".join(allowed)})
        return served


def per_operation(switchboard: Switchboard, make: Callable[[Served, App], App]) -> type[RoutedMiddleware]:
    """A room that Connexion enters by operation: `make` says what each does before the room after it."""
    served = {one.id: one for one in switchboard.served}

    class Operations(RoutedAPI):  # type: ignore[misc]  # Connexion is untyped
        """Connexion's operations, each with our compiled one."""

        def __init__(self, specification: Any, *, next_app: App, **options: Any) -> None:
            super().__init__(specification, next_app=next_app, **options)
            self.add_paths()

        def make_operation(self, operation: Any) -> App:
            return make(served[operation.operation_id], self.next_app)

    class Room(RoutedMiddleware):  # type: ignore[misc]  # Connexion is untyped
        """Connexion's, which would look for the operation among several APIs."""

        api_cls = Operations

        def add_api(self, specification: Any, **options: Any) -> Any:
            api = super().add_api(specification, **options)
            self._operations = api.operations
            return api

        def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
            app = self.app
            if scope["type"] == "http":
                app = self._operations[scope["extensions"][ROUTING_CONTEXT]["operation_id"]]
            return app(scope, receive, send)  # type: ignore[no-any-return]  # Connexion is untyped

    return Room
