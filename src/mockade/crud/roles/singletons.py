"""Finds singletons: things of which there is one, such as `/config`, `/users/{id}/settings` and `/me`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import takewhile

from mockade.contract.document import Node
from mockade.contract.json_bodies import request_schema, success_schema
from mockade.contract.name_words import split_words
from mockade.contract.operations import Operation
from mockade.contract.properties import properties, types
from mockade.contract.schema_walk import place_of
from mockade.crud.roles.candidates import is_base, parameters_in
from mockade.crud.roles.envelopes import list_envelope, sole_object
from mockade.crud.roles.kinds import KINDS_OF_ONE
from mockade.crud.roles.naming import noun_of
from mockade.crud.roles.paths import Paths, Segments
from mockade.crud.roles.resources import CALLER, CrudKind, Resource

_CALLERS = frozenset(
    {"me", "self", "myself", "whoami", "whoAmI", "current", "currentUser", "user", "profile", "myProfile"}
    | {"account", "viewer", "own", "currentAccount", "currentPlayer", "player", "authenticatedUser"}
)
"""Last words of paths at which a caller finds itself, where they show a row of a collection."""

_CALLERS_WORDS = frozenset(map(split_words, _CALLERS))

_OWN = frozenset({"me", "my", "self", "myself"})
"""What stands nowhere in a path but for the caller; `account` and the like do so at its start alone."""


def singleton(paths: Paths, base: Segments) -> Resource | None:
    """The singleton at a path; None where there is none, or nothing changes it."""
    methods = paths[base]
    schema = success_schema(methods.get("GET"))
    if base[-1:] == ("{}",) or not is_base(paths, base) or schema is None or not _is_object(schema):
        return None
    envelope = sole_object(schema, noun_of(base[-1]))
    holds = envelope.row_schema
    if not any(_writes(method, operation, holds) for method, operation in methods.items()):
        return None
    parents = tuple(one.part(holds, ()) for one in parameters_in(paths, base))
    if _is_per_caller(base, methods["GET"]) and all(one.parameter != CALLER.parameter for one in parents):
        parents = (CALLER, *parents)
    scope = tuple(part.parameter for part in parents)
    return Resource("", base, parents, (), holds, methods["GET"], scope, is_made=True)


def callers_row(paths: Paths, base: Segments, resources: Iterable[Resource]) -> Resource | None:
    """The collection of which a path such as `/me` shows the caller's row; None where it shows none."""
    schema = success_schema(paths[base].get("GET"))
    if not base or split_words(base[-1]) not in _CALLERS_WORDS or "{}" in base or schema is None:
        return None
    holds = sole_object(schema, noun_of(base[-1])).row_schema
    several = [one for one in resources if one.keys and not one.parents]
    same = [one for one in several if place_of(one.holds) == place_of(holds)]
    alike = [one for one in several if one.key in properties(holds) and one.is_part(holds)]
    found = next(iter((*same, *alike)), None)
    return found._replace(is_callers=True) if found is not None else None


def _is_per_caller(base: Segments, operation: Operation) -> bool:
    """Whether each caller has a singleton of its own: one at `/me` or below, for who has to say who calls."""
    before = takewhile(lambda segment: segment != "{}", base)
    is_own = any(
        segment in _OWN or (at == 0 and split_words(segment) in _CALLERS_WORDS)
        for at, segment in enumerate(before)
    )
    return is_own and bool(operation.security) and {} not in operation.security


def _is_object(schema: Node) -> bool:
    is_list = list_envelope(schema, lambda _: True) is not None and len(properties(schema)) <= 1
    return bool(properties(schema)) and "array" not in types(schema) and not is_list


def _writes(method: str, operation: Operation, holds: Node) -> bool:
    """Whether an operation changes what is there: by PUT, PATCH, DELETE, or a POST of the same fields."""
    if method != "POST":
        return method in ("PUT", "PATCH", "DELETE")
    sent = properties(request_schema(operation)).keys()
    return bool(sent) and 2 * len(sent & properties(holds).keys()) >= len(sent)


def operations_of_one(methods: Mapping[str, Operation], holds: Node) -> Iterator[tuple[Operation, CrudKind]]:
    """The operations on one row of a path without a parameter for it, each with its kind."""
    for method, operation in methods.items():
        if method == "GET" or _writes(method, operation, holds):
            yield operation, KINDS_OF_ONE[method]
