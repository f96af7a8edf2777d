"""The paths of all APIs on one port: which operation serves a path, and the document Connexion is given."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.not_served import Known, NotServed
from mockade.catalogue.path_tree import Match, PathTree
from mockade.contract.keywords import TEMPLATE
from mockade.contract.operations import Operation
from mockade.errors import Finding, SetupError
from mockade.settings import MOCKADE_PATH

CONTROL_PATH = f"{MOCKADE_PATH}/v1"
"""The base path of the control API."""

_CONNEXION_METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})


@dataclass(frozen=True, slots=True)
class Route:
    """An operation under one of the base paths at which it is served."""

    api: Api
    operation: Operation
    base: str
    id: str = field(init=False)
    """Unique among all APIs, also where two contracts use one operationId."""
    names: tuple[str, ...] = field(init=False)
    """The path parameters' names, in the order of the path."""
    overloads: tuple[Route, ...] = field(default=(), init=False, compare=False)
    """Others of its API at its method and path, which only their queries, headers or bodies tell apart."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.api.stem}.{self.operation.id}")
        object.__setattr__(self, "names", tuple(TEMPLATE.findall(self.base + self.operation.path)))


_WORLD_PATH = "/worlds/{world}/"
"""The prefix of the control API's paths that concern one world."""


class Router:
    """Finds operations by path. Raises SetupError, with every clash, when two APIs serve one path.

    The control API is loaded when it is first asked for: most runs never do.
    """

    def __init__(self, apis: Mapping[str, Api], load_control: Callable[[], Api] | None = None) -> None:
        self.apis = apis
        self._load_control = load_control
        self.routes: list[Route] = []
        """Those of the APIs, and of the control API once it is loaded."""
        self.by_id: dict[str, Route] = {}
        self._paths: PathTree[Route] = PathTree()
        self._not_served: NotServed | None = None
        self._first_segments: dict[str, set[str]] = {}
        self._clashes: dict[tuple[str, str], list[tuple[Route, Route]]] = {}
        base_paths = {stem: ["", *api.contract.base_paths()] for stem, api in apis.items()}
        for stem in self._clashing():
            if len(base_paths[stem]) > 1:
                base_paths[stem].remove("")  # its contract's base path separates it from the others
        for stem, api in apis.items():
            for base in base_paths[stem]:
                for operation in api.contract.operations:
                    if operation.bases is None or not base:
                        self._serve(Route(api, operation, base))
            for operation in api.contract.operations:
                for base in operation.bases or ():
                    self._serve(Route(api, operation, base))
        if self._clashes:
            raise SetupError([_clash_finding(clashes) for clashes in self._clashes.values()])
        self.base_paths: dict[str, list[str]] = base_paths
        """By API's stem: the base paths at which it is served, those of the contract's `servers` last."""

    @cached_property
    def control_api(self) -> Api | None:
        """The control API, whose paths are served from then on."""
        if self._load_control is None:
            return None
        control_api = self._load_control()
        for operation in control_api.contract.operations:
            self._add(Route(control_api, operation, CONTROL_PATH))
        return control_api

    @cached_property
    def _world_resources(self) -> set[str]:
        """What the control API has in each world."""
        operations = self.control_api.contract.operations if self.control_api is not None else ()
        paths = (operation.path for operation in operations)
        return {
            path.removeprefix(_WORLD_PATH).partition("/")[0] for path in paths if path.startswith(_WORLD_PATH)
        }

    def _clashing(self) -> set[str]:
        """The stems of the APIs with an operation that, without a base path, another API has too."""
        routes: PathTree[str] = PathTree()
        clashing: set[str] = set()
        for stem, api in self.apis.items():
            for operation in api.contract.operations:
                holder = routes.add(operation.method, operation.path, stem)
                if holder is not None and holder != stem:
                    clashing |= {holder, stem}
        return clashing

    def _serve(self, route: Route) -> None:
        if (route.base + route.operation.path).startswith(MOCKADE_PATH):
            return  # told where the contract is read
        holder = self._add(route)
        if holder is not None and holder.api is not route.api:
            self._clashes.setdefault((route.api.stem, holder.api.stem), []).append((route, holder))

    def _add(self, route: Route) -> Route | None:
        """Serve an operation at its path; answers the route that is in its way there, if any."""
        path = route.base + route.operation.path
        options = route.operation.path_options if "}{" in path else None
        holder = self._paths.add(route.operation.method, path, route, options)
        if holder is not None and holder.api is route.api and holder.operation.mark != route.operation.mark:
            object.__setattr__(holder, "overloads", (*holder.overloads, route))
            holder = None
        if holder is None:
            self.routes.append(route)
            self.by_id[route.id] = route
            self._first_segments.setdefault(path.split("/")[1], set()).add(route.api.stem)
        return holder

    def match(self, path: str) -> Match[Route] | None:
        """The routes at an undecoded path, or None."""
        return self._paths.match(path)

    def base_paths_of(self, api: Api) -> Sequence[str]:
        """The base paths at which an API is served, those of the contract's `servers` last."""
        return [CONTROL_PATH] if api is self.control_api else self.base_paths[api.stem]

    def with_world(self, path: str, world: str) -> str:
        """The long form of a control path, with `/worlds/{world}`; any other path as it is.

        Every path of Mockade's own passes here, so that the control API is loaded for whoever asks it.
        """
        first, slash, rest = path.removeprefix(f"{CONTROL_PATH}/").partition("/")
        if first in self._world_resources and path.startswith(f"{CONTROL_PATH}/"):
            return f"{CONTROL_PATH}/worlds/{world}/{first}{slash}{rest}"
        return path

    def api_of(self, path: str) -> Api | None:
        """The API that a path which is not served belongs to, by its first segment.

        Where several APIs have that segment, the one with the most similar path; where none has it, the only
        API that is served, or None.
        """
        segments = path.split("/")
        stems = self._first_segments.get(segments[1] if len(segments) > 1 else "", set())
        if len(stems) == 1:
            stem = next(iter(stems))
            return self.apis.get(stem) or self.control_api
        if not stems and len(self.apis) == 1:
            return next(iter(self.apis.values()))
        nearest = self.nearest_route(path, stems) if stems else None
        return nearest.api if nearest else None

    def not_served(self, method: str, path: str, *, has_others: bool) -> Known | None:
        """What the vendor of an API has at a path at which nobody answers that method; None where unknown.

        `has_others`: whether other methods are answered there.
        """
        if self._not_served is None:
            self._not_served = NotServed(self.apis, self.base_paths)
        return self._not_served.find(method, path, below=not has_others)

    def nearest_route(self, path: str, stems: set[str] | None = None) -> Route | None:
        """The route with the most similar path, of the APIs `stems`; None means all but the control API."""
        candidates = [
            route
            for route in self.routes
            if (route.base != CONTROL_PATH if stems is None else route.api.stem in stems)
        ]
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(path[:200])  # the rest of a longer path makes none more similar
        best_ratio, best = -1.0, None
        for route in candidates:
            matcher.set_seq1(route.base + route.operation.path)
            # Two cheap upper bounds first: a contract may have thousands of paths.
            if matcher.real_quick_ratio() > best_ratio and matcher.quick_ratio() > best_ratio:
                ratio = matcher.ratio()
                if ratio > best_ratio:
                    best_ratio, best = ratio, route
        return best

    def projection(self, routes: Sequence[Route] | None = None) -> dict[str, Any]:
        """The OpenAPI 3.0 document that Connexion is given: operations and path parameters, no schemas.

        The contract package checks the rest, from any version of OpenAPI and of any size. It is of all that
        is served, or of some `routes`.
        """
        paths: dict[str, dict[str, Any]] = {}
        for route in self.routes if routes is None else routes:
            operation = route.operation
            names_in_path = [p.name for p in operation.parameters if p.where == "path"]
            path, method = route.base + operation.path, operation.method.lower()
            if method not in _CONNEXION_METHODS or method in paths.get(path, ()):
                # It stands for an operation that is found by its id alone, at a path that nobody has.
                path, method, names_in_path = f"{MOCKADE_PATH}/-/{len(paths)}", "post", []
            paths.setdefault(path, {})[method] = {
                "operationId": route.id,
                "parameters": [
                    {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                    for name in names_in_path
                ],
                "responses": {"default": {"description": "checked by Mockade's contract layer"}},
            }
        return {
            "openapi": "3.0.3",
            "info": {"title": "Mockade", "version": "1"},
            "paths": paths,
            "components": {},
        }


def _clash_finding(clashes: list[tuple[Route, Route]]) -> Finding:
    """One finding for all clashes of two APIs: one base path mends them together."""
    route, other = clashes[0]
    more = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
    message = (
        f"{route.operation.method} {route.base}{route.operation.path}{more} is also served by "
        f"{other.api.stem}, at {other.operation.source.place()}."
    )
    mend = f"Give each contract a base path of its own (servers: [{{url: /{route.api.stem}}}])."
    return Finding(route.operation.source.place(), message, mend, "paths")
