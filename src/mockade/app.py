"""The ASGI application: a request's whole life as one list of middleware, read from top to bottom."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from mockade.asgi import App
from mockade.catalogue.api import Api
from mockade.catalogue.router import Router
from mockade.settings import Settings
from mockade.state.caller import Caller
from mockade.state.clock import Clock
from mockade.state.hash_trie import HashTrie
from mockade.state.state import NO_TABLES, StartingTables, State
from mockade.state.transaction import Transaction
from mockade.worlds.contents import Baseline
from mockade.worlds.journal import ExchangeListener, ignore
from mockade.worlds.registry import ServedApis, Worlds

if TYPE_CHECKING:
    from mockade.stores.interface import WorldStore

with warnings.catch_warnings():
    # Connexion imports Starlette's test client, which warns that its HTTP library is changing.
    warnings.simplefilter("ignore")
    from connexion import ConnexionMiddleware
    from connexion.middleware.main import API
    from connexion.resolver import Resolution, Resolver
    from connexion.spec import OpenAPISpecification

    from mockade.background.lifespan import BackgroundWork, LifespanMiddleware
    from mockade.middleware.cors import CorsMiddleware
    from mockade.middleware.dispatch import Dispatch
    from mockade.middleware.docs import DocsMiddleware
    from mockade.middleware.errors import ErrorMiddleware
    from mockade.middleware.faults import FaultMiddleware
    from mockade.middleware.guard import Guard
    from mockade.middleware.prefer import PreferMiddleware
    from mockade.middleware.recorder import RecorderMiddleware
    from mockade.middleware.request_validation import RequestValidation
    from mockade.middleware.response_cache import Confirm, Repeating, ResponseCacheMiddleware
    from mockade.middleware.routing import RoutingMiddleware
    from mockade.middleware.security import SecurityMiddleware
    from mockade.middleware.world import WorldMiddleware


def create_app(
    apis: Mapping[str, Api],
    settings: Settings,
    on_exchange: ExchangeListener = ignore,
    *,
    on_entry: ExchangeListener | None = None,
    tell: ExchangeListener | None = None,
    store: WorldStore | None = None,
) -> tuple[App, Worlds]:
    """The application that serves `apis`, and its worlds.

    `on_exchange` is called with each finished exchange; `tell` is its earlier name, and is still accepted.
    `on_entry` is called with each entry of a journal before its answer is sent: also with those that no
    request made, and with none of what no journal holds.
    `store` keeps the worlds in the place of the one that the settings name, if they name any.
    Raises SetupError when two APIs claim one path.
    """
    on_exchange = tell or on_exchange
    background = BackgroundWork(settings, on_exchange)
    served = served_apis(apis, settings)
    if store is None and settings.store:
        from mockade.stores.opening import open_store

        store = open_store(settings)
    if store is not None:
        return _app_with_store(store, served, settings, background, on_exchange, on_entry)
    worlds = Worlds(served, settings, background.world_changed, on_entry)
    app = app_on(served, worlds, settings, on_exchange)
    return LifespanMiddleware(app, background, worlds), worlds


def _app_with_store(
    store: WorldStore,
    served: ServedApis,
    settings: Settings,
    background: BackgroundWork,
    on_exchange: ExchangeListener,
    on_entry: ExchangeListener | None,
) -> tuple[App, Worlds]:
    from mockade.middleware.store import StoreMiddleware
    from mockade.stores.opening import fingerprint
    from mockade.stores.worker import StoreWorker

    files = fingerprint(served.apis, settings)
    worker = StoreWorker(store, served, settings, files, background.world_changed, on_entry)
    middleware = partial(StoreMiddleware, worker=worker, settings=settings)
    app = app_on(
        served,
        worker.worlds,
        settings,
        on_exchange,
        store_middleware=middleware,
        confirm=worker.confirm_read,
    )
    return LifespanMiddleware(app, background, worker.worlds, worker), worker.worlds


def app_on(
    served: ServedApis,
    worlds: Worlds,
    settings: Settings,
    on_exchange: ExchangeListener = ignore,
    *,
    store_middleware: Callable[[App], App] | None = None,
    confirm: Confirm | None = None,
) -> App:
    """The application that serves the APIs of `served` in `worlds`.

    Where the worlds are kept in a store, `store_middleware` stands in it, and `confirm` asks that of reads.

    Once a reload has given the worlds other APIs it answers 503. It does no background work, which is the
    server's: a server may have one application after the other.
    Raises SetupError when two APIs claim one path.
    """
    router = Router(served.apis, partial(_control_api, settings.token))
    repeating = Repeating(worlds, on_exchange, confirm)
    guard = Guard(settings.token)
    app = ConnexionMiddleware(
        Dispatch(served, worlds, settings, router),
        middlewares=[
            partial(WorldMiddleware, worlds=worlds, router=router, guard=guard, origins=settings.cors),
            partial(RecorderMiddleware, on_exchange=on_exchange),
            *([store_middleware] if store_middleware is not None else []),
            partial(DocsMiddleware, router=router, guard=guard),
            partial(CorsMiddleware, router=router, origins=settings.cors),
            partial(ResponseCacheMiddleware, router=router, repeating=repeating),
            ErrorMiddleware,
            partial(RoutingMiddleware, router=router),
            partial(SecurityMiddleware, router=router, guard=guard),
            partial(FaultMiddleware, settings=settings),
            partial(RequestValidation, router=router, settings=settings),
            partial(PreferMiddleware, settings=settings),
        ],
        resolver=_Unresolved(),
    )
    # As its `add_api` does, which would hold a dict against the schema of OpenAPI first.
    app.apis.append(API(_Projection(router.projection()), base_path="", **vars(app.options)))
    return app  # type: ignore[no-any-return]  # Connexion is untyped


def _control_api(token: str) -> Api:
    """The control API, whose contract and handlers are loaded by whoever asks it first."""
    from mockade.control import control_api

    return control_api(token)


class _Projection(OpenAPISpecification):  # type: ignore[misc]  # Connexion is untyped
    """The one document that Connexion is given: made by us, so it needs no validating, and has no `$ref`s."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._raw_spec = self._spec = document
        self._base_uri = ""


class _Unresolved(Resolver):  # type: ignore[misc]  # Connexion is untyped
    """Connexion asks for a function on every layer; ours are found by the API, not by import path."""

    def resolve(self, operation: Any) -> Resolution:
        return Resolution(None, operation.operation_id)


def served_apis(apis: Mapping[str, Api], settings: Settings) -> ServedApis:
    """The APIs, and the state that new worlds start with."""
    return ServedApis(baseline(apis, settings), apis)


def baseline(apis: Mapping[str, Api], settings: Settings) -> Baseline:
    """What a new world starts with: the fixtures of every API, and rows that are made when asked for."""
    callers: HashTrie[tuple[str, str, str], Caller] = HashTrie(
        {(stem, *key): caller for stem, api in apis.items() for key, caller in api.callers.items()}
    )
    start = starting_tables(apis, settings)
    transaction = Transaction(State(Clock.real(), settings.seed, callers=callers, start=start))
    for api in apis.values():
        api.seed(transaction)
    return Baseline(transaction.state)


def starting_tables(apis: Mapping[str, Api], settings: Settings) -> StartingTables:
    """The collections of new worlds that start with made rows; what makes them is loaded where any do."""
    filled = {stem: api for stem, api in apis.items() if api.starting_names(settings.rows)}
    if not filled:
        return NO_TABLES
    from mockade.catalogue.starting.tables import MadeTables

    plans = {stem: api.starting_plan(settings.rows) for stem, api in filled.items()}
    return MadeTables(plans, settings.seed)
