"""Which resources show rows of one collection, and what the collections are called."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from mockade.contract.document import Node
from mockade.contract.properties import properties
from mockade.contract.schema_walk import place_of
from mockade.crud.roles.candidates import Above, parameters_in
from mockade.crud.roles.keys import KeyPart
from mockade.crud.roles.kinds import answer_envelope
from mockade.crud.roles.naming import Words, static
from mockade.crud.roles.paths import Paths, Segments
from mockade.crud.roles.resources import Resource

_MOST_COMPARED = 8
"""Resources of one noun whose properties are looked at."""

_MOST_STEPS = 4
"""From a view to what it is a view of."""


def views(
    paths: Paths, found: Mapping[Segments, Resource]
) -> tuple[dict[Segments, Resource], dict[Segments, Segments]]:
    """The resources, and by their collection path that of the collection whose rows each shows.

    `/widgets`, `/users/{id}/widgets` and `/widgets/search` are views of one collection when they hold the
    same rows.
    """
    wholes = _Views(paths, found).wholes()
    resources = {}
    for base, whole in wholes.items():
        one, first = found[base], found[whole]
        view = one if base == whole else _view(paths, one, first)
        view = view._replace(scope=tuple(part.parameter for part in first.parents))
        if base != whole and one.item is not None and _says_whole_key(view, one, first):
            view = view._replace(item_keys=(), item_parents=first.parents)
        # Without all of its parents its path does not say which of several rows of one key is meant.
        resources[base] = view if view.is_key_whole else view._replace(item_keys=view.item_keys or one.keys)
    return resources, wholes


def _view(paths: Paths, one: Resource, first: Resource) -> Resource:
    """A resource as a view of the rows of another, the `first`."""
    has_same_key = [part.path for part in one.keys] == [part.path for part in first.keys]
    return one._replace(
        keys=first.keys,
        item_keys=one.keys if one.item is not None and not has_same_key else (),
        holds=first.holds,
        parents=_parents(paths, one.base, first),
        item=one.item or first.item,
    )


def _says_whole_key(view: Resource, one: Resource, first: Resource) -> bool:
    """Whether the item path of a view says, part by part, the key that the rows of `first` are kept by."""
    said, kept = [*view.parents, *one.keys], [*first.parents, *first.keys]
    return len(view.parents) > len(first.parents) and [part.path for part in said] == [
        part.path for part in kept
    ]


def _above(paths: Paths, base: Segments, first: Resource) -> list[Above]:
    """The parameters in a path, called as `first` calls those at the same place."""
    theirs = dict(zip(_places(first.base), (part.parameter for part in first.parents), strict=False))
    return [
        one._replace(parameter=theirs.get(place, one.parameter))
        for place, one in zip(_places(base), parameters_in(paths, base), strict=False)
    ]


def _places(base: Segments) -> list[Segments]:
    return [base[:at] for at, segment in enumerate(base) if segment == "{}"]


def _parents(paths: Paths, base: Segments, first: Resource) -> tuple[KeyPart, ...]:
    """The parents of a view of `first`. One that no property names begins their key: `/orgs/{org}/repos`."""
    leading = list(first.keys[:-1])
    parents = []
    for above in _above(paths, base, first):
        part = above.part(first.holds, first.keys[-1].path)
        if not part.path and leading:
            begin = leading.pop(0)
            part = begin._replace(parameter=part.parameter) if begin.path else begin
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
        """Without parents, by noun, those with an item path first."""
        self._same: dict[tuple[bool, Words, Hashable], Resource] = {}
        """The first with the same rows: whether it has parents, its noun, the place of the rows' schema."""
        self._static: dict[Segments, Resource] = {}
        """With an item path, by the segments that are no parameters."""
        for one in sorted(found.values(), key=lambda one: (not self._has_item(one), self._creates_not(one))):
            self._same.setdefault((bool(one.parents), one.noun, place_of(one.holds)), one)
            if not one.parents:
                self._flat.setdefault(one.noun, []).append(one)
            if self._has_item(one):
                self._static.setdefault(static(one.base), one)

    def wholes(self) -> dict[Segments, Segments]:
        """For each base that of the resource whose rows it shows, mostly itself.

        A POST alone that shows no other's rows, such as `/login`, is left out: it is no collection. So is a
        list that is found by a parameter of its own, such as `/weather/{city}`.
        """
        whole: dict[Segments, Segments] = {}
        for base, one in self._found.items():
            first = one
            is_by_parameter = base[-1] == "{}" and not self._has_item(one)
            for _ in range(_MOST_STEPS):
                other = self._narrowed(first) if is_by_parameter and first is one else self._other(first)
                if other is None:
                    break
                first = other
            stands = self._has_item(one) or (self._is_listed(one) and not is_by_parameter)
            if first is not one or stands:
                whole[base] = first.base
        return {base: first for base, first in whole.items() if first in whole}

    def _has_item(self, one: Resource) -> bool:
        return self._paths.item_of(one.base) in self._paths

    def _creates_not(self, one: Resource) -> bool:
        return "POST" not in self._paths[one.base]

    def _is_listed(self, one: Resource) -> bool:
        listing = self._paths[one.base].get("GET")
        return listing is not None and answer_envelope(listing, one, "list") is not None

    def _other(self, one: Resource) -> Resource | None:
        """The resource whose rows another shows; None where they are its own."""
        has_item = self._has_item(one)
        others = [self._same.get((False, one.noun, place_of(one.holds)))]
        if not has_item:
            others.append(self._static.get(static(one.base)))
            if not one.parents and self._creates_not(one):
                others.append(self._same.get((True, one.noun, place_of(one.holds))))
        for other in others:
            if other is not None and other is not one and self._shows(one, other):
                return other
        return self._part_of(one) or self._narrowed(one)

    def _shows(self, one: Resource, other: Resource) -> bool:
        """Whether a resource of the same rows can be a view of another."""
        if not self._has_item(other):
            return not self._has_item(one) and not other.parents
        names = {above.parameter for above in _above(self._paths, one.base, other)}
        is_list_of_all = not names and self._creates_not(one)
        is_same = place_of(one.holds) == place_of(other.holds)
        return is_same and (is_list_of_all or all(part.parameter in names for part in other.parents))

    def _part_of(self, one: Resource) -> Resource | None:
        """The resource of its noun, without parents, that a list or a create shows a part of each row of."""
        if self._has_item(one):
            return None
        for other in self._flat.get(one.noun, ())[:_MOST_COMPARED]:
            if other is one:
                return None  # those behind it show parts of it
            if other.is_part(one.holds):
                return other
        return None

    def _narrowed(self, one: Resource) -> Resource | None:
        """The resource before it on its path whose rows it shows: `/pets/search`, `/pets/by-name/{name}`.

        What is a parameter in between has to be a property.
        """
        if not self._creates_not(one):
            return None
        for at in range(len(one.base) - 1, 0, -1):
            before = self._found.get(one.base[:at])
            if before is not None:
                is_same = place_of(one.holds) == place_of(before.holds)
                is_alike = is_same or (not self._has_item(one) and _is_alike(one.holds, before.holds))
                parts = _parents(self._paths, one.base, before)[len(before.parents) :]
                return before if is_alike and all(part.path for part in parts) else None
        return None


def _is_alike(rows: Node, others: Node) -> bool:
    return properties(rows).keys() == properties(others).keys()
