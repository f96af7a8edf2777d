"""What the middleware share: a request's context in the ASGI scope, and the form of those by operation."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from connexion.middleware.abstract import ROUTING_CONTEXT, RoutedAPI, RoutedMiddleware

from mockade.asgi import App, Receive, Scope, Send
from mockade.catalogue.answerers import Answerer
from mockade.catalogue.api import Api
from mockade.catalogue.router import Route, Router
from mockade.contract.operations import Operation
from mockade.errors import Refusal
from mockade.handling import RequestFacts
from mockade.worlds.faults import Fault
from mockade.worlds.journal import Exchange
from mockade.worlds.world import World

CONTEXT_KEY = "mockade"
"""Where the context stands in the scope."""


class Preference(NamedTuple):
    """The documented answer that a caller asked for; without an `example` any that fits."""

    status: int
    example: str | None
    applied: str
    """What `Preference-Applied` says."""


@dataclass(slots=True)
class RequestContext(RequestFacts):
    """One request on its way; each middleware fills in what it knows."""

    world: World
    exchange: Exchange
    is_internal: bool = False
    """Whether it is for Mockade's own pages or its control API: no business of a journal."""
    world_refusal: Refusal | None = None
    """Why the world that it chose cannot be had."""
    api: Api | None = None
    """The one whose path it asks for, or else the nearest, if any."""
    operation: Operation | None = None
    answerer: Answerer | None = None
    """Who was asked, once the request had passed all checks."""
    fault: Fault | None = None
    """The rule that it met."""

    @property
    def drop(self) -> str | None:
        """How the connection is to be dropped, if at all."""
        return self.fault.do.drop if self.fault else None


@dataclass(slots=True)
class RoutedContext(RequestContext):
    """One request whose operation is known; from the routing on it stands in the scope."""

    api: Api = field(kw_only=True)
    operation: Operation = field(kw_only=True)
    preference: Preference | None = None


class OperationMiddleware(RoutedMiddleware):  # type: ignore[misc]  # Connexion is untyped
    """The form of a middleware that treats each operation in its own way, on Connexion's RoutedMiddleware.

    Every other one is a plain ASGI middleware. This one makes an application of each operation once, when
    Connexion hands it the document (`add_api`), and calls the one that Connexion's routing context names.

    Where a middleware's `__call__` awaits nothing itself it is a plain `def` that returns the next one's
    awaitable: a coroutine less for each request and layer. Where it awaits it is an `async def`.
    """

    def __init__(self, app: App, router: Router) -> None:
        super().__init__(app)
        self._routes = {route.id: route for route in router.routes}

    @abstractmethod
    def for_operation(self, route: Route) -> App:
        """What stands before `self.app` for the requests of one operation."""

    def add_api(self, specification: Any, **options: Any) -> RoutedAPI:
        api = _Operations(specification, self._application, next_app=self.app, **options)
        self._operations = api.operations
        return api

    def _application(self, route_id: str) -> App:
        return self.for_operation(self._routes[route_id])

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        # Connexion's own would look for the operation among several APIs, and there is one.
        operation = self._operations[scope["extensions"][ROUTING_CONTEXT]["operation_id"]]
        return operation(scope, receive, send)  # type: ignore[no-any-return]  # Connexion is untyped


class _Operations(RoutedAPI):  # type: ignore[misc]  # Connexion is untyped
    """Connexion's operations, by the id of our route."""

    def __init__(self, specification: Any, make: Callable[[str], App], **options: Any) -> None:
        super().__init__(specification, **options)
        self._make = make
        self.add_paths()

    def make_operation(self, operation: Any) -> App:
        return self._make(operation.operation_id)
