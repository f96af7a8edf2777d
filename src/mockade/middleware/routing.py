"""Routing middleware: finds the operation of a request, and puts it into Connexion's routing context."""

from __future__ import annotations

from collections.abc import Awaitable
from urllib.parse import parse_qsl

from connexion.middleware.abstract import ROUTING_CONTEXT

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.path_tree import Match
from mockade.catalogue.router import Route, Router
from mockade.contract.multipart import MOST_FIELDS
from mockade.contract.overloads import Asked, best_of
from mockade.contract.styles import decoded
from mockade.errors import EngineRefusal, OurFault
from mockade.middleware.browsers import is_preflight
from mockade.middleware.context import CONTEXT_KEY, RequestContext, RoutedContext

CONNEXION_MOUNT = ""
"""All APIs are one merged projection at the root, so Connexion knows a single mount."""


class RoutingMiddleware:
    """In the place of Connexion's, which has Starlette's router choose.

    That tries regular expressions in a row on the decoded path: `%2F` splits a segment, a templated path
    takes what a static one refused by method, 405 lists one route's methods, and a trailing slash is
    redirected. None of that is the contract's word.
    """

    def __init__(self, app: App, router: Router) -> None:
        self._app = app
        self._router = router

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        context: RequestContext = scope[CONTEXT_KEY]
        if context.world_refusal is not None:
            raise context.world_refusal
        path = context.exchange.path
        match = self._router.match(path)
        if match is None:
            self._check_known(context)
            raise self._no_operation(context, path)
        route = self._chosen(context, match)
        if route.overloads:
            route = _overload(route, scope)
        routed = scope[CONTEXT_KEY] = RoutedContext(
            context.world,
            context.exchange,
            context.is_internal,
            api=route.api,
            operation=route.operation,
            base_url=f"{context.base_url}{route.base}",
            accept=context.accept,
            question=context.question,
            raw_path=match.values,
        )
        context.exchange.operation = route.operation.id
        try:
            routed.path = {
                name: decoded(text) if "%" in text else text
                for name, text in zip(route.names, match.values, strict=True)
            }
        except UnicodeDecodeError:
            raise EngineRefusal(
                "malformed_request", f"The path {path} holds percent-encoded bytes that are not UTF-8."
            ) from None
        if context.outage is not None:
            raise context.outage
        extensions = scope.setdefault("extensions", {})
        extensions[ROUTING_CONTEXT] = {"api_base_path": CONNEXION_MOUNT, "operation_id": route.id}
        return self._app(scope, receive, send)

    def _check_known(self, context: RequestContext, *, has_others: bool = False) -> None:
        """Raises OurFault, a 501, for what the vendor is known to have and nobody here answers."""
        method, path = context.exchange.method, context.exchange.path
        known = self._router.not_served(method, path, has_others=has_others)
        if known is not None:
            context.api = known.api
            context.exchange.api = known.api.stem
            message = f"The vendor has {method} {path} ({known.provenance}), and Mockade does not."
            raise OurFault(message, status=501)

    def _no_operation(self, context: RequestContext, path: str) -> EngineRefusal:
        context.api = self._router.api_of(path)
        context.exchange.api = context.api.stem if context.api else ""
        nearest = self._router.nearest_route(path, {context.api.stem} if context.api else None)
        message = f"No operation at {context.exchange.method} {path}."
        if nearest is not None:
            context.nearest = nearest.operation
            message += f" The nearest is {nearest.operation.method} {nearest.base}{nearest.operation.path}."
        return EngineRefusal("no_operation", message)

    def _chosen(self, context: RequestContext, match: Match[Route]) -> Route:
        """The operation of the request's method; a HEAD is its GET without a body."""
        method = context.exchange.method
        route = match.methods.get(method) or (match.methods.get("GET") if method == "HEAD" else None)
        any_of_them = route or next(iter(match.methods.values()))
        context.api = any_of_them.api
        context.exchange.api = context.api.stem
        if route is None:
            context.nearest = any_of_them.operation
            self._check_known(context, has_others=True)
            allowed = sorted({*match.methods, *(["HEAD"] if "GET" in match.methods else [])})
            message = f"{any_of_them.operation.path} does not take {method}; it takes {', '.join(allowed)}."
            if is_preflight(method, context.exchange.request_headers):
                origin = dict(context.exchange.request_headers).get(b"origin", b"ORIGIN").decode("latin-1")
                message += f" A page of {origin} is not let in (CORS): start with --cors {origin}."
            raise EngineRefusal("method_not_allowed", message, headers={"Allow": ", ".join(allowed)})
        return route


def _overload(route: Route, scope: Scope) -> Route:
    """The one of several operations at a path that the rest of the request means."""
    routes = [route, *route.overloads]
    try:
        pairs = parse_qsl(
            scope["query_string"].decode("latin-1"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
    except ValueError:  # refused where the query is read
        pairs = []
    query: dict[str, list[str]] = {}
    for name, text in pairs:
        query.setdefault(name, []).append(text)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    return routes[best_of([one.operation for one in routes], Asked(query, headers))]
