"""Which resources show rows of one collection, and what the collections are called."""

from __future__ import annotations

from collections.abc import Mapping

from mockade.contract.document import Node
from mockade.contract.properties import properties
from mockade.contract.schema_walk import place_of
from mockade.crud.candidates import parameters_in
from mockade.crud.keys import KeyPart
from mockade.crud.naming import Words, collection_names
from mockade.crud.paths import Paths, Segments
from mockade.crud.resources import Resource
from mockade.crud.roles import answer_envelope

_ALIKE = 0.8
"""The part of a shorter row's properties that the whole row has too."""

_FEWEST = 2
_MOST_STEPS = 4
"""From a view to what it is a view of."""


def named(
    paths: Paths, found: Mapping[Segments, Resource], described: frozenset[str]
) -> dict[Segments, Resource]:
    """The resources with the names of their collections: the last static segment of their path.

    `/widgets`, `/users/{id}/widgets` and `/widgets/search` are views of one collection when they hold the
    same rows. Where one word means several collections each takes as many static segments more as it needs:
    users/notes. Keys of the collections that are `described` are not made here.
    """
    whole = _Views(paths, found).wholes()
    names = collection_names(list(dict.fromkeys(whole.values())))
    resources = {}
    for base, one in found.items():
        if base not in whole:
            continue
        first = found[whole[base]]
        name = names[whole[base]]
        scoped = bool(first.parents) and name not in described
        if base != whole[base]:
            own_item = one.item if len(one.keys) == len(first.keys) else None
            one = one._replace(
                keys=first.keys,
                holds=first.holds,
                parents=_parents(paths, base, first),
                item=own_item or first.item,
            )
        resources[base] = one._replace(name=name, scoped=scoped)
    return resources


def _parents(paths: Paths, base: Segments, first: Resource) -> tuple[KeyPart, ...]:
    """The parents of a view of `first`. One that no property names begins their key: `/orgs/{org}/repos`."""
    leading = [part for part in first.keys[:-1] if part.path]
    parents = []
    for above in parameters_in(paths, base):
        part = above.part(first.holds, first.keys[-1].path)
        if not part.path and leading:
            part = leading.pop(0)._replace(parameter=part.parameter)
        elif part.path in [one.path for one in leading]:
            leading = [one for one in leading if one.path != part.path]
        parents.append(part)
    return tuple(parents)


class _Views:
    """Finds the resource whose rows another one shows."""

    def __init__(self, paths: Paths, found: Mapping[Segments, Resource]) -> None:
        self._paths = paths
        self._found = found
        self._flat: dict[Words, list[Resource]] = {}
        for one in found.values():
            if not one.parents:
                self._flat.setdefault(one.noun, []).append(one)
        for group in self._flat.values():
            group.sort(key=lambda one: (not self._has_item(one), "POST" not in paths[one.base]))

    def wholes(self) -> dict[Segments, Segments]:
        """For each base that of the resource whose rows it shows, mostly itself.

        A POST alone that shows no other's rows, such as `/login`, is left out: it is no collection.
        """
        whole: dict[Segments, Segments] = {}
        for base, one in self._found.items():
            first = one
            for _ in range(_MOST_STEPS):
                other = self._other(first)
                if other is None:
                    break
                first = other
            if first is not one or self._has_item(one) or self._is_listed(one):
                whole[base] = first.base
        return {base: first for base, first in whole.items() if first in whole}

    def _has_item(self, one: Resource) -> bool:
        return self._paths.item_of(one.base) in self._paths

    def _is_listed(self, one: Resource) -> bool:
        listing = self._paths[one.base].get("GET")
        return listing is not None and answer_envelope(listing, one, "list") is not None

    def _other(self, one: Resource) -> Resource | None:
        """The resource whose rows another shows: one of its noun without parents, or the one before it."""
        is_part = not self._has_item(one)
        for other in self._flat.get(one.noun, ()):
            if other.base == one.base:
                break  # those behind it are its views
            if place_of(other.holds) == place_of(one.holds) or (is_part and _is_part(one.holds, other)):
                return other
        if not is_part or "POST" in self._paths[one.base]:
            return None
        for at in range(len(one.base) - 1, 0, -1):
            before = self._found.get(one.base[:at])
            if one.base[at] == "{}":
                return None
            if before is not None and _is_same(one.holds, before):
                return before
        return None


def _is_same(rows: Node, whole: Resource) -> bool:
    """Whether a schema is that of a resource's rows."""
    return (
        place_of(rows) == place_of(whole.holds) or properties(rows).keys() == properties(whole.holds).keys()
    )


def _is_part(rows: Node, whole: Resource) -> bool:
    """Whether a schema is that of a part of a resource's rows, or the other way about."""
    known, own = properties(rows).keys(), properties(whole.holds).keys()
    shared = len(known & own)
    return whole.key in known and shared >= _FEWEST and shared >= _ALIKE * min(len(known), len(own))
