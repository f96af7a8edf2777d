"""All paths of all APIs on one port: what stands where, whose a path is, and the projection for Connexion."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockade.catalogue.api import Api
from mockade.catalogue.path_tree import Match, PathTree
from mockade.contract.operations import Operation
from mockade.errors import Finding, SetupError

OWN = "/_mockade"
"""Where the mock's own pages are; no contract but its own may serve a path there."""

V1 = f"{OWN}/v1"
"""Where the control API is."""

WORLD_MARK = "/@"
"""What a path begins with that names a world; no contract may serve such a path either."""

_PARAMETER = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True, slots=True)
class Route:
    """An operation at one of the places where it is served; `base` is what stands before its own path."""

    api: Api
    operation: Operation
    base: str
    id: str = field(init=False)
    """Unique among all APIs, also where two contracts use one operationId."""
    names: tuple[str, ...] = field(init=False)
    """Of the parameters in its path, in their order there."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "id", f"{self.api.stem}.{self.operation.id}")
        object.__setattr__(self, "names", tuple(_PARAMETER.findall(self.base + self.operation.path)))


_OF_A_WORLD = "/worlds/{world}/"
"""What the control API's paths begin with that are about one world."""


class Router:
    """Raises SetupError, with every clash, when two APIs claim one path. `own` is the control API."""

    def __init__(self, apis: Mapping[str, Api], own: Api | None = None) -> None:
        self.apis = apis
        self.own = own
        self.route: list[Route] = []
        self._paths: PathTree[Route] = PathTree()
        self._first_segments: dict[str, set[str]] = {}
        findings: list[Finding] = []
        self._clashes: dict[tuple[str, str], list[tuple[Route, Route]]] = {}
        bases = {stem: ["", *api.contract.base_paths()] for stem, api in apis.items()}
        for stem in self._clashing():
            if len(bases[stem]) > 1:
                bases[stem].remove("")  # its own base path keeps it apart from the others
        for stem, api in apis.items():
            for base in bases[stem]:
                for operation in api.contract.operations:
                    self._serve(Route(api, operation, base), findings)
        findings += [self._told(clashes) for clashes in self._clashes.values()]
        if findings:
            raise SetupError(findings)
        self.bases: dict[str, list[str]] = bases
        """By API, the paths that stand before its own, the published ones last."""
        for operation in own.contract.operations if own else ():
            self._add(Route(own, operation, V1))  # type: ignore[arg-type]  # there is one
        self._of_a_world = {
            route.operation.path.removeprefix(_OF_A_WORLD).partition("/")[0]
            for route in self.route
            if route.api is own and route.operation.path.startswith(_OF_A_WORLD)
        }

    def _clashing(self) -> set[str]:
        """The APIs whose own paths, without a base, are also another's."""
        routes: PathTree[str] = PathTree()
        clashing: set[str] = set()
        for stem, api in self.apis.items():
            for operation in api.contract.operations:
                holder = routes.add(operation.method, operation.path, stem)
                if holder is not None and holder != stem:
                    clashing |= {holder, stem}
        return clashing

    def _serve(self, route: Route, findings: list[Finding]) -> None:
        path = route.base + route.operation.path
        place = route.operation.source.place
        if path.startswith((OWN, WORLD_MARK)):
            message = (
                f"{path} lies where Mockade's own pages are ({OWN}) or where worlds are named ({WORLD_MARK})."
            )
            findings.append(Finding(place(), message, rule="paths"))
            return
        holder = self._add(route)
        if holder is not None and holder.api is not route.api:
            self._clashes.setdefault((route.api.stem, holder.api.stem), []).append((route, holder))

    def _add(self, route: Route) -> Route | None:
        """Serve an operation at its path; who holds that already, if anybody."""
        path = route.base + route.operation.path
        holder = self._paths.add(route.operation.method, path, route)
        if holder is None:
            self.route.append(route)
            self._first_segments.setdefault(path.split("/")[1], set()).add(route.api.stem)
        return holder

    @staticmethod
    def _told(clashes: list[tuple[Route, Route]]) -> Finding:
        """All clashes of two APIs as one finding: one base path mends them together."""
        one, other = clashes[0]
        more = f" (and {len(clashes) - 1} more)" if len(clashes) > 1 else ""
        message = (
            f"{one.operation.method} {one.base}{one.operation.path}{more} is also served by "
            f"{other.api.stem}, at {other.operation.source.place()}."
        )
        mend = f"Give each contract a base path of its own (servers: [{{url: /{one.api.stem}}}])."
        return Finding(one.operation.source.place(), message, mend, "paths")

    def match(self, path: str) -> Match[Route] | None:
        """What is served at an undecoded path, or None."""
        return self._paths.match(path)

    def bases_of(self, api: Api) -> Sequence[str]:
        """The paths that stand before an API's own, the published ones last."""
        return [V1] if api is self.own else self.bases[api.stem]

    def spelt_out(self, path: str, world: str) -> str:
        """A path of the control API with the world in it that its short form leaves to the request."""
        first, slash, rest = path.removeprefix(f"{V1}/").partition("/")
        if path.startswith(f"{V1}/") and first in self._of_a_world:
            return f"{V1}/worlds/{world}/{first}{slash}{rest}"
        return path

    def owner(self, path: str) -> Api | None:
        """The API that a path belongs to: the one whose first static segment it shares.

        Where several share it, the one that has the nearest path.
        """
        segments = path.split("/")
        stems = self._first_segments.get(segments[1] if len(segments) > 1 else "", set())
        if len(stems) == 1:
            stem = next(iter(stems))
            return self.own if self.own and stem == self.own.stem else self.apis[stem]
        nearest = self.nearest(path, stems) if stems else None
        return nearest.api if nearest else None

    def nearest(self, path: str, stems: set[str] | None = None) -> Route | None:
        """The operation whose path looks most like `path`, or None when nothing is served."""
        among = [
            route
            for route in self.route
            if (route.api is not self.own if stems is None else route.api.stem in stems)
        ]
        matcher = difflib.SequenceMatcher(autojunk=False)
        matcher.set_seq2(path[:200])  # a longer path resembles none of them better
        best, found = -1.0, None
        for route in among:
            matcher.set_seq1(route.base + route.operation.path)
            # Two cheap upper bounds first: a contract may have thousands of paths.
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                likeness = matcher.ratio()
                if likeness > best:
                    best, found = likeness, route
        return found

    def projection(self) -> dict[str, Any]:
        """What Connexion is given: an OpenAPI 3.0 document with operations, and no schemas.

        Our contract layer owns the rest, from any version of OpenAPI and of any size.
        """
        paths: dict[str, dict[str, Any]] = {}
        for route in self.route:
            operation = route.operation
            names_in_path = [p.name for p in operation.parameters if p.where == "path"]
            paths.setdefault(route.base + operation.path, {})[operation.method.lower()] = {
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
